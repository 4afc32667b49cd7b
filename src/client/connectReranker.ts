import type { CreateOptions, Reranker, Status } from '../api/ranking.js'
import type { Connection, FailedStart } from '../threads/connection.js'
import { openService } from '../threads/openService.js'
import type { LoadRequest, WorkerFiles } from '../threads/rerankProtocol.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { isolateCallback } from '../util/isolateCallback.js'
import { LocalReranker } from './reranker.js'
import { loadFirst, type RuntimeToTry } from './runtimesToTry.js'
import { joinSupervisor, type Listeners } from './sharedSupervisor.js'
import { type OpenWorker, WorkerSupervisor } from './workerSupervisor.js'

/** The page's options, and the addresses of files. */
type ConnectOptions = CreateOptions & { files?: WorkerFiles | undefined }

/** Identifies a way to connect. */
export type ConnectKey = string | number | URL | undefined

/**
 * Loads a model and keeps it alive, or joins rerankers that loaded it with equal options.
 * @param connect makes a new service of a runtime; called again after a service died, with how its start failed
 * @param connectKey identifies this way to connect
 * @param runtimes those to try, best first; asked whenever a service is needed
 * @throws RerankError `bad-option`, or the error of the load
 * @throws `signal.reason`
 */
export async function connectReranker(
  connect: (runtime: RuntimeToTry, failed?: FailedStart) => Connection,
  connectKey: ConnectKey,
  model: string,
  options: ConnectOptions,
  runtimes: (request: LoadRequest) => Promise<RuntimeToTry[]>,
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
    const open: OpenWorker = async (device, signal = loadSignal) => {
      // WASM has no half precision.
      const wanted = device
        ? { ...request, device, precision: request.precision === 'fp16' ? ('auto' as const) : request.precision }
        : request
      const onStatus = (status: Status) => {
        if (!signal.aborted) listeners.onStatus(status)
      }
      return loadFirst(await runtimes(wanted), runtime =>
        openService(
          failed => connect(runtime, failed),
          ({ service, callback }, whileOpening, failed) => {
            const onProgress = whileOpening(listeners.onProgress)
            // What blocked the worker's script would block those of its threads, and onnxruntime would wait for ever.
            const threads = failed ? 1 : wanted.threads
            return service.load({ ...wanted, threads, runtime }, callback(onProgress), callback(onStatus))
          },
          signal,
        ),
      )
    }
    return WorkerSupervisor.start(open, listeners.onStatus)
  }
  const key = JSON.stringify([connectKey, request])
  const { supervisor, leave } = await joinSupervisor(key, callersListeners, options.signal, start)
  return new LocalReranker(supervisor, leave)
}

function toLoadRequest(model: string, options: ConnectOptions): LoadRequest {
  const { device = 'auto', precision = 'auto', threads, runtime, depth, cacheBytes, codeCacheBytes, files } = options
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
