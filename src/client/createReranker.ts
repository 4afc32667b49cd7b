import type { CreateOptions, Reranker } from '../api/ranking.js'
import { type OrtFiles, ortFiles } from '../runtime/ortFiles.js'
import { connectWorker } from '../threads/connectWorker.js'
import { pageUrl } from '../threads/pageUrl.js'
import { startWorker } from '../threads/startWorker.js'
import { connectReranker } from './connectReranker.js'

/**
 * Starts a worker, loads the model in it and lets the device prove itself.
 * @throws RerankError, or `signal.reason`
 * @example
 * const reranker = await createReranker({ onProgress: p => bar.value = p.loaded / p.total })
 * const { results } = await reranker.rank('how do plants eat?', passages)
 */
export async function createReranker(options: CreateOptions = {}): Promise<Reranker> {
  const model = modelUrl(options)
  // Bundlers move the library's files apart; a worker from elsewhere has them beside itself.
  const moved = options.createWorker || options.workerUrl !== undefined ? {} : { ortFiles: ortFilesBeside() }
  const connect = () => connectWorker(startWorker(options))
  return connectReranker(connect, placeOf(options), model, { ...options, ...moved })
}

/** A bundle that does not know its own address has no worker either: the start of the worker says so. */
function ortFilesBeside(): OrtFiles | undefined {
  try {
    return ortFiles()
  } catch {
    return undefined
  }
}

const makers = new WeakMap<() => Worker, number>()
let made = 0

/** Only rerankers whose workers come from the same place share one. */
function placeOf({ createWorker, workerUrl = '' }: CreateOptions): string {
  if (!createWorker) return String(workerUrl)
  if (!makers.has(createWorker)) makers.set(createWorker, ++made)
  return `#${makers.get(createWorker)}`
}

/** A name is looked for in the site's models folder; anything with a slash is a URL of its own. */
function modelUrl({ model = 'mvp-mini', modelBase = 'models/' }: CreateOptions): string {
  const page = pageUrl()
  const folder = model.includes('/') ? new URL(model, page) : new URL(model, new URL(withSlash(modelBase), page))
  return withSlash(folder.href)
}

function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`
}
