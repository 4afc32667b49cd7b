import type { CreateOptions, Reranker } from '../api/ranking.js'
import type { OrtFiles } from '../runtime/ortFiles.js'
import { CallbackGate } from '../threads/callbackGate.js'
import type { Connection } from '../threads/connection.js'
import { LocalReranker } from './reranker.js'
import { joinSupervisor, type Listeners } from './sharedSupervisor.js'
import { type LoadedWorker, type OpenWorker, WorkerSupervisor } from './workerSupervisor.js'

const CACHE_BYTES = 24 * 1024 * 1024

/** What the page asks for, and where the client knows onnxruntime-web's files to be. */
type LoadOptions = CreateOptions & { ortFiles?: OrtFiles | undefined }

/**
 * Loads a model, or joins those who have it loaded with equal options, and keeps it alive.
 * @param connect makes a fresh service; called again when one has died
 * @param place what tells this way to connect from others
 */
export async function connectReranker(
  connect: () => Connection,
  place: string,
  model: string,
  options: LoadOptions,
): Promise<Reranker> {
  options.signal?.throwIfAborted()
  const { device, precision, depth, threads, cacheBytes } = options
  const key = JSON.stringify([place, model, device, precision, depth, threads, cacheBytes])
  const own: Listeners = {
    onProgress: apart(options.onProgress),
    onStatus: apart(options.onStatus),
  }
  const { supervisor, leave } = await joinSupervisor(key, own, options.signal, (listeners, signal) => {
    // A recovery has a signal of its own: that of the caller is about the first load, not about one much later.
    const open: OpenWorker = (device, until = signal) => {
      const asked = device ? { ...options, device, precision: precisionOnWasm(options) } : options
      return load(connect(), model, asked, { ...listeners, signal: until })
    }
    return WorkerSupervisor.start(open, listeners.onStatus)
  })
  return new LocalReranker(supervisor, leave)
}

/** What a callback throws is its owner's to see; loading and recovering go on. */
function apart<T>(callback: (value: T) => void = () => {}): (value: T) => void {
  return value => {
    try {
      callback(value)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

/** WASM has no half precision. */
function precisionOnWasm({ precision = 'auto' }: CreateOptions): NonNullable<CreateOptions['precision']> {
  return precision === 'fp16' ? 'auto' : precision
}

/** Loads the model on the other side; closes the connection if that fails or is aborted. */
async function load(
  connection: Connection,
  model: string,
  options: LoadOptions,
  { onProgress, onStatus, signal }: Listeners & { signal: AbortSignal },
): Promise<LoadedWorker> {
  const ifWanted =
    <T>(callback: (value: T) => void) =>
    (value: T) => {
      if (!signal.aborted) callback(value)
    }
  const until = new CallbackGate()
  let settle = () => {}
  const ended = new Promise<never>((_, reject) => {
    const stop = () => reject(signal.reason)
    const unsubscribe = connection.onDeath(reject)
    signal.addEventListener('abort', stop, { once: true })
    settle = () => {
      unsubscribe()
      signal.removeEventListener('abort', stop)
    }
  })
  try {
    signal.throwIfAborted()
    const loading = connection.service.load(
      {
        model,
        device: options.device ?? 'auto',
        precision: options.precision ?? 'auto',
        threads: options.threads === undefined || options.threads === 'auto' ? 0 : options.threads,
        ...(options.depth === undefined ? {} : { depth: options.depth }),
        cacheBytes: options.cacheBytes ?? CACHE_BYTES,
        ortFiles: options.ortFiles,
      },
      connection.callback(ifWanted(until.only(onProgress))),
      connection.callback(ifWanted(onStatus)),
    )
    return { connection, info: await Promise.race([loading, ended]) }
  } catch (error) {
    await connection.close()
    throw error
  } finally {
    until.end()
    settle()
  }
}
