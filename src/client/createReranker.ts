import type { CreateOptions, Reranker } from '../api/ranking.js'
import { ortFiles } from '../runtime/ortFiles.js'
import type { FailedStart } from '../threads/connection.js'
import { connectWorker } from '../threads/connectWorker.js'
import { familyFiles } from '../threads/familyFiles.js'
import { kernelsWorkerFile } from '../threads/kernelsWorkerFile.js'
import { pageUrl } from '../threads/pageUrl.js'
import type { WorkerFiles } from '../threads/rerankProtocol.js'
import { workerFile } from '../threads/rerankWorkerFile.js'
import { startWorker } from '../threads/startWorker.js'
import { type ConnectKey, connectReranker } from './connectReranker.js'
import { hasGpu } from './hasGpu.js'
import { type RuntimeToTry, runtimesToTry } from './runtimesToTry.js'

/**
 * Starts a worker, loads a model in it and checks the device. Rerankers with equal options share one worker.
 * @param options by default, the model `mvp-mini` from `models/` beside the page, on the best device
 * @throws RerankError `bad-option` for an unknown option or runtime, and for threads that are no whole number;
 * `unsupported` outside of a page, and for a device, precision, depth or runtime that the model lacks; `worker-failed`
 * if the worker does not start
 * @throws RerankError `model-not-found`, `download-failed`, `hash-mismatch`, `bad-manifest`, `version-mismatch`,
 * `bad-weights` or `bad-tokenizer` if the model's files are missing or damaged
 * @throws RerankError `no-webgpu`, `self-check-failed`, `runtime-failed`, `device-lost` or `out-of-memory` if no device
 * can run the model
 * @throws `signal.reason` if the signal aborts
 * @example
 * const reranker = await createReranker({ onProgress: p => bar.value = p.loaded / p.total })
 * const { results } = await reranker.rank('how do plants eat?', passages)
 */
export async function createReranker(options: CreateOptions = {}): Promise<Reranker> {
  const given = options.createWorker ?? options.workerUrl
  const connect = (runtime: RuntimeToTry, failed?: FailedStart) =>
    connectWorker(() => startWorker(options, runtime === 'kernels' ? kernelsWorkerFile : workerFile, failed))
  return connectReranker(
    connect,
    workerKey(options),
    // First: outside of a page it throws.
    modelUrl(options),
    // Bundlers move the library's files to other folders. A worker given by the page finds them beside itself.
    { ...options, files: given ? undefined : filesBeside() },
    request => runtimesToTry(request, given ? undefined : hasGpu),
  )
}

/** A bundle that does not know its own address has no worker either: starting the worker reports that. */
function filesBeside(): WorkerFiles | undefined {
  try {
    return { ort: ortFiles(), families: familyFiles() }
  } catch {
    return undefined
  }
}

const factoryIds = new WeakMap<() => Worker, number>()
let lastFactoryId = 0

/** Only rerankers whose workers come from the same place share one. */
function workerKey({ createWorker, workerUrl }: CreateOptions): ConnectKey {
  if (!createWorker) return workerUrl
  if (!factoryIds.has(createWorker)) factoryIds.set(createWorker, ++lastFactoryId)
  return factoryIds.get(createWorker)
}

/** A plain name is a folder in `modelBase`; anything with a slash is a URL. */
function modelUrl({ model = 'mvp-mini', modelBase = 'models/' }: CreateOptions): string {
  const page = pageUrl()
  return withSlash(new URL(model, model.includes('/') ? page : new URL(withSlash(modelBase), page)).href)
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}
