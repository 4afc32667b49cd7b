import { fromWire, type WireError } from './wireError.js'

/** The messages of Comlink that pass between a page and a worker. */
type WireValue = { type: 'RAW'; value: unknown } | { type: 'HANDLER'; name: string; value: unknown }
type Answer = WireValue & { id: number }

/** How Comlink sends what is thrown, an error or another value; a RerankError has a form of its own. */
type Thrown = Partial<WireError> & { isError?: boolean; value?: unknown }

/**
 * The page's end of Comlink: it calls the methods of the service that the worker exposes. Comlink's own end can expose
 * services and read properties too; every page would download a kilobyte for it.
 */
export function remoteService<Service extends object>(worker: Worker): { service: Service; release: () => void } {
  const waiting = new Map<number, (answer: Answer) => void>()
  let lastId = 0
  let released = false
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.id)?.(data)
    waiting.delete(data.id)
  })
  // In tests, the worker's side is a port.
  ;(worker as Partial<MessagePort>).start?.()
  const call = (method: string, values: unknown[]) =>
    new Promise((resolve, reject) => {
      if (released) throw new Error('The connection is closed.')
      const id = ++lastId
      const ports: MessagePort[] = []
      const argumentList = values.map(value => toWire(value, ports))
      worker.postMessage({ id, type: 'APPLY', path: [method], argumentList }, ports)
      waiting.set(id, answer => {
        if (answer.type === 'RAW') resolve(answer.value)
        else reject(thrown(answer.value as Thrown))
      })
    })
  const service = new Proxy({} as Service, {
    // A promise that resolves with the service must not take it for another promise.
    get: (_, method) => (method === 'then' ? undefined : (...values: unknown[]) => call(String(method), values)),
  })
  const release = () => {
    released = true
    waiting.clear()
  }
  return { service, release }
}

/** A callback crosses on a port of its own: see `registerCallbackTransfer`. */
function toWire(value: unknown, ports: MessagePort[]): WireValue {
  if (typeof value !== 'function') return { type: 'RAW', value }
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = ({ data }) => value(data)
  ports.push(port2)
  return { type: 'HANDLER', name: 'port callback', value: port2 }
}

function thrown({ rerankError, isError, value }: Thrown): unknown {
  if (rerankError) return fromWire(rerankError)
  return isError ? Object.assign(new Error(), value) : value
}
