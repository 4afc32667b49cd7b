import type { CreateOptions, Reranker } from './api/ranking.js'
import { connectReranker } from './client/connectReranker.js'
import { planNodeRuntimes } from './runtime/nodeRuntimes.js'
import { EngineService } from './service/engineService.js'
import { FolderSource } from './store/folderSource.js'
import { isUrl, locateModel } from './store/locateModel.js'
import { UrlSource } from './store/urlSource.js'
import type { Connection } from './threads/connection.js'

/**
 * Loads a reranker in this thread of Node. Interface and scores are those of a browser.
 * @throws RerankError `bad-option`, `model-not-found`, `bad-manifest`, `version-mismatch`, `download-failed`,
 * `hash-mismatch`, `bad-weights`, `bad-tokenizer`, `self-check-failed`, `runtime-failed`
 * @throws `signal.reason`
 * @example
 * const reranker = await createReranker({ model: './models/mvp-base' })
 */
export async function createReranker(
  options: Omit<CreateOptions, 'workerUrl' | 'createWorker'> = {},
): Promise<Reranker> {
  return connectReranker(connect, '', locateModel(options.model ?? 'mvp-mini', options.modelBase), options)
}

function connect(): Connection {
  const service = new EngineService({
    plan: planNodeRuntimes,
    open: model => (isUrl(model) ? new UrlSource(model) : new FolderSource(model)),
  })
  return { service, callback: callback => callback, onDeath: () => () => {}, close: () => service.dispose() }
}

export type { ErrorCode } from './api/errorCodes.js'
export { RerankError } from './api/errors.js'
export type * from './api/ranking.js'
export { codeBytes, hammingDistances, scoreCodes, toCodes } from './search/codes.js'
