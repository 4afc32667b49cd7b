import type { CreateOptions, Reranker, Status } from '../api/ranking.js'
import type { Connection } from '../threads/connection.js'
import { openService } from '../threads/openService.js'
import type { LoadRequest, WorkerFiles } from '../threads/rerankProtocol.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { isolateCallback } from '../util/isolateCallback.js'
import { LocalReranker } from './reranker.js'
import { joinSupervisor, type Listeners } from './sharedSupervisor.js'
import { type OpenWorker, WorkerSupervisor } from './workerSupervisor.js'

/** The page's options, and the addresses of files. */
type ConnectOptions = CreateOptions & { files?: WorkerFiles | undefined }

/** Identifies a way to connect. */
export type ConnectKey = string | number | URL | undefined

/**
 * Loads a model and keeps it alive, or joins rerankers that loaded it with equal options.
 * @param connect makes a new service; called again after a service died, with `retry` if its script could not be loaded
 * @param connectKey identifies this way to connect
 * @throws RerankError `bad-option`, or the error of the load
 * @throws `signal.reason`
 */
export async function connectReranker(
  connect: (retry: boolean) => Connection,
  connectKey: ConnectKey,
  model: string,
  options: ConnectOptions,
): Promise<Reranker> {
  checkOptionNames(
    options,
    'model modelBase device runtime precision depth threads workerUrl createWorker cacheBytes codeCacheBytes onProgress onStatus signal files',
  )
  options.signal?.throwIfAborted()
  const request = toLoadRequest(model, options)
  const callersListeners: Listeners = {
    onProgress: isolateCallback(options.onProgress),
    onStatus: isolateCallback(options.onStatus),
  }
  const start = (listeners: Listeners, loadSignal: AbortSignal) => {
    // A recovery brings its own signal: the caller's signal ends only the first load.
    const open: OpenWorker = (device, signal = loadSignal) =>
      openService(
        connect,
        ({ service, callback }, whileOpening, retry) => {
          // What blocked the worker's script would block those of its threads, and onnxruntime would wait for ever.
          const wanted = retry ? { ...request, threads: 1 } : request
          const onStatus = (status: Status) => {
            if (!signal.aborted) listeners.onStatus(status)
          }
          const onProgress = whileOpening(listeners.onProgress)
          return service.load(device ? onWasm(wanted) : wanted, callback(onProgress), callback(onStatus))
        },
        signal,
      )
    return WorkerSupervisor.start(open, listeners.onStatus)
  }
  const key = JSON.stringify([connectKey, request])
  const { supervisor, leave } = await joinSupervisor(key, callersListeners, options.signal, start)
  return new LocalReranker(supervisor, leave)
}

function toLoadRequest(model: string, options: ConnectOptions): LoadRequest {
  const {
    device = 'auto',
    precision = 'auto',
    threads = 0,
    runtime,
    depth,
    cacheBytes,
    codeCacheBytes,
    files,
  } = options
  return {
    model,
    device,
    precision,
    threads: Number(threads) || 0,
    runtime,
    depth,
    cacheBytes,
    codeCacheBytes,
    files,
  }
}

/** WASM has no half precision. */
function onWasm(request: LoadRequest): LoadRequest {
  return { ...request, device: 'wasm', precision: request.precision === 'fp16' ? 'auto' : request.precision }
}
