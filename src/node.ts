import type { Connection } from './client/connection.js'
import { createFrom } from './client/load.js'
import type { CreateOptions, Reranker } from './client/types.js'
import { Service } from './pipeline/service.js'
import { planNodeRuntimes } from './runtime/nodeRuntimes.js'
import { FolderSource } from './store/folderSource.js'
import { isUrl, locateModel } from './store/locateModel.js'
import { UrlSource } from './store/urlSource.js'

/**
 * The reranker in this thread of Node, with the same interface and the same scores as in a browser.
 * @throws RerankError, or `signal.reason`
 * @example
 * const reranker = await createReranker({ model: './models/mvp-base' })
 */
export async function createReranker(
  options: Omit<CreateOptions, 'workerUrl' | 'createWorker'> = {},
): Promise<Reranker> {
  return createFrom(connect, '', locateModel(options.model ?? 'mvp-mini', options.modelBase), options)
}

function connect(): Connection {
  const service = new Service({
    plan: planNodeRuntimes,
    open: model => (isUrl(model) ? new UrlSource(model) : new FolderSource(model)),
  })
  return { service, callback: callback => callback, onDeath: () => () => {}, close: () => service.dispose() }
}

export type * from './client/types.js'
export { type ErrorCode, RerankError } from './errors.js'
export { codeBytes, hammingDistances, scoreCodes, toCodes } from './search/codes.js'
