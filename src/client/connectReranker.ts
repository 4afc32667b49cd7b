import type { CreateOptions, Reranker } from '../api/ranking.js'
import type { OrtFiles } from '../runtime/ortFiles.js'
import { CallbackGate } from '../threads/callbackGate.js'
import type { Connection } from '../threads/connection.js'
import type { LoadRequest } from '../threads/rerankProtocol.js'
import { raceAbort } from '../util/abort.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { isolateCallback } from '../util/isolateCallback.js'
import { LocalReranker } from './reranker.js'
import { joinSupervisor, type Listeners } from './sharedSupervisor.js'
import { type LoadedWorker, WorkerSupervisor } from './workerSupervisor.js'

const CACHE_BYTES = 24 * 1024 * 1024

/** The page's options, and the addresses of onnxruntime-web's files. */
type ConnectOptions = CreateOptions & { ortFiles?: OrtFiles | undefined }

/**
 * Loads a model and keeps it alive, or joins rerankers that loaded it with equal options.
 * @param connect makes a new service; called again after a service has died, and as a `retry` if its script could not be
 *   loaded
 * @param connectKey identifies this way to connect
 * @throws RerankError `bad-option`, or the error of the load
 * @throws `signal.reason`
 */
export async function connectReranker(
  connect: (retry: boolean) => Connection,
  connectKey: string,
  model: string,
  options: ConnectOptions,
): Promise<Reranker> {
  checkOptionNames(
    options,
    'model modelBase device precision depth threads workerUrl createWorker cacheBytes onProgress onStatus signal ortFiles',
  )
  options.signal?.throwIfAborted()
  const request = toLoadRequest(model, options)
  const callersListeners: Listeners = {
    onProgress: isolateCallback(options.onProgress),
    onStatus: isolateCallback(options.onStatus),
  }
  const start = (listeners: Listeners, loadSignal: AbortSignal) => {
    // A recovery brings its own signal: the caller's signal ends only the first load.
    const open = (device?: 'wasm', signal = loadSignal, retry = false): Promise<LoadedWorker> => {
      const connection = connect(retry)
      // What blocked the worker's script would block those of its threads, and onnxruntime would wait for them for ever.
      const wanted = retry ? { ...request, threads: 1 } : request
      return loadInWorker(connection, device ? onWasm(wanted) : wanted, { ...listeners, signal }).catch(error => {
        if (retry || !connection.notLoaded?.()) throw error
        return open(device, signal, true)
      })
    }
    return WorkerSupervisor.start(open, listeners.onStatus)
  }
  const key = JSON.stringify([connectKey, request])
  const { supervisor, leave } = await joinSupervisor(key, callersListeners, options.signal, start)
  return new LocalReranker(supervisor, leave)
}

function toLoadRequest(model: string, options: ConnectOptions): LoadRequest {
  const { device = 'auto', precision = 'auto', threads = 'auto', depth, cacheBytes = CACHE_BYTES, ortFiles } = options
  return { model, device, precision, threads: threads === 'auto' ? 0 : threads, depth, cacheBytes, ortFiles }
}

/** WASM has no half precision. */
function onWasm(request: LoadRequest): LoadRequest {
  return { ...request, device: 'wasm', precision: request.precision === 'fp16' ? 'auto' : request.precision }
}

/** Loads the model on the other side. Closes the connection if that fails or is aborted. */
async function loadInWorker(
  connection: Connection,
  request: LoadRequest,
  { onProgress, onStatus, signal }: Listeners & { signal: AbortSignal },
): Promise<LoadedWorker> {
  const unlessAborted =
    <T>(callback: (value: T) => void) =>
    (value: T) => {
      if (!signal.aborted) callback(value)
    }
  const gate = new CallbackGate()
  let unsubscribe = () => {}
  try {
    signal.throwIfAborted()
    const death = new Promise<never>((_, reject) => {
      unsubscribe = connection.onDeath(reject)
    })
    const loading = connection.service.load(
      request,
      connection.callback(unlessAborted(gate.whileOpen(onProgress))),
      connection.callback(unlessAborted(onStatus)),
    )
    return { connection, info: await raceAbort(Promise.race([loading, death]), signal) }
  } catch (error) {
    await connection.close()
    throw error
  } finally {
    gate.close()
    unsubscribe()
  }
}
