import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Connection } from './client/connection.js'
import { createFrom } from './client/load.js'
import type { CreateOptions, Reranker } from './client/types.js'
import { RerankError } from './errors.js'
import { Service } from './pipeline/service.js'
import { planNodeRuntimes } from './runtime/nodeRuntimes.js'
import { FolderSource } from './store/folderSource.js'
import { MANIFEST_FILE } from './store/manifest.js'
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
  return createFrom(connect, '', locate(options.model ?? 'mvp-mini', options.modelBase), options)
}

function connect(): Connection {
  const service = new Service({
    plan: planNodeRuntimes,
    open: model => (isUrl(model) ? new UrlSource(model) : new FolderSource(model)),
  })
  return { service, callback: callback => callback, onDeath: () => () => {}, close: () => service.dispose() }
}

function isUrl(model: string): boolean {
  return /^https?:\/\//.test(model)
}

function locate(model: string, base?: string): string {
  if (isUrl(model)) return model.endsWith('/') ? model : `${model}/`
  if (base !== undefined) return join(base, model)
  if (existsSync(join(model, MANIFEST_FILE)) || /[\\/]/.test(model)) return resolve(model)
  return shipped(model)
}

/** The package's own models lie in `public/models`, some folders above this module, wherever it was bundled to. */
function shipped(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'public', 'models', name)
    if (existsSync(join(candidate, MANIFEST_FILE))) return candidate
    if (folder === dirname(folder)) break
  }
  throw new RerankError('model-not-found', `There is no model ${name}: no such folder, and no such shipped model.`)
}

export type * from './client/types.js'
export { type ErrorCode, RerankError } from './errors.js'
export { codeBytes, hammingDistances, scoreCodes, toCodes } from './search/codes.js'
