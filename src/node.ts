/**
 * Ranks passages in Node. The model runs in the calling thread.
 * @module mvp-rerank/node
 */

import type { CreateOptions, Reranker } from './api/ranking.js'
import type { SiteSearch } from './api/search.js'
import { connectReranker } from './client/connectReranker.js'
import { runtimesToTry } from './client/runtimesToTry.js'
import { allFamilies } from './engine/allFamilies.js'
import { startNodeThread } from './kernels/nodeThread.js'
import { kernelHost } from './runtime/kernelRuntimes.js'
import { allThreads, importOptional, planNodeRuntimes } from './runtime/nodeRuntimes.js'
import { openFolder } from './search/openFolder.js'
import { EngineService } from './service/engineService.js'
import { buildKernelParts } from './service/kernelParts.js'
import { buildOnnxParts } from './service/onnxParts.js'
import { FolderSource } from './store/folderSource.js'
import { isUrl, locateModel } from './store/locateModel.js'
import type { ModelSource } from './store/modelSource.js'
import { UrlSource } from './store/urlSource.js'
import type { Connection } from './threads/connection.js'
import type { RerankService } from './threads/rerankProtocol.js'

/**
 * Loads a model in the calling thread of Node. The interface and the scores are the same as in a page.
 * @param options by default, the model `mvp-mini` of the package, on onnxruntime-node if it is installed, else on the
 * library's own kernels
 * @throws RerankError `bad-option` for an unknown option or runtime, a model that is no text, and threads that are no
 * whole number; `unsupported` for a depth, precision or runtime that the model lacks, and for device `cpu` without
 * onnxruntime-node; `no-webgpu` for device `webgpu`
 * @throws RerankError `model-not-found`, `download-failed`, `hash-mismatch`, `bad-manifest`, `version-mismatch`,
 * `bad-weights` or `bad-tokenizer` if the model's files are missing or damaged
 * @throws RerankError `self-check-failed`, `runtime-failed` or `out-of-memory` if no runtime can run the model
 * @throws `signal.reason` if the signal aborts
 * @example
 * const reranker = await createReranker({ model: './models/mvp-base' })
 */
export async function createReranker(
  options: Omit<CreateOptions, 'workerUrl' | 'createWorker'> = {},
): Promise<Reranker> {
  const model = locateModel(options.model ?? 'mvp-mini', options.modelBase)
  const connect = (runtime: CreateOptions['runtime']) =>
    runtime === 'kernels' ? connectKernels() : connectOnnxruntime()
  return connectReranker(connect, undefined, model, options, wanted => runtimesToTry(wanted, hasNative))
}

async function hasNative(): Promise<boolean> {
  return (await importOptional('onnxruntime-node')) !== undefined
}

/**
 * Opens a site's index in the calling thread of Node. The interface and the answers are the same as in a browser.
 * @param options `src`: the folder that `mvp-rerank index` wrote
 * @throws RerankError `bad-option`, `index-not-found`, `bad-index`, `hash-mismatch`, `version-mismatch`
 * @throws `signal.reason`
 * @example
 * const search = await openSearch({ src: 'public/search' })
 * const { candidates } = await search.query('close the server')
 */
export async function openSearch(options: { src: string; signal?: AbortSignal }): Promise<SiteSearch> {
  return openFolder(options)
}

const open = (model: string): ModelSource => (isUrl(model) ? new UrlSource(model) : new FolderSource(model))

function connectOnnxruntime(): Connection {
  return connectionTo(new EngineService({ plan: planNodeRuntimes, build: buildOnnxParts, families: allFamilies, open }))
}

function connectKernels(): Connection {
  const host = kernelHost(threads => threads || allThreads(), startNodeThread)
  return connectionTo(new EngineService({ ...host, build: buildKernelParts, families: allFamilies, open }))
}

function connectionTo(service: RerankService): Connection {
  return { service, callback: callback => callback, onDeath: () => () => {}, close: () => service.dispose() }
}

export type { ErrorCode } from './api/errorCodes.js'
export { RerankError } from './api/errors.js'
export type * from './api/ranking.js'
export type * from './api/search.js'
export { asPassage } from './search/asPassage.js'
export { codeBytes, hammingDistances, scoreCodes, toCodes } from './search/codes.js'
export { exactFirst } from './search/exactFirst.js'
export { isAnswered } from './search/isAnswered.js'
export { siteFusion } from './search/siteFusion.js'
export { snippet, snippetStart } from './search/snippet.js'
export { markTerms } from './search/terms.js'
