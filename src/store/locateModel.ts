import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modelError } from '../api/modelErrors.js'
import { MANIFEST_FILE } from '../model/manifest.js'

export function isUrl(model: string): boolean {
  return /^https?:\/\//.test(model)
}

/**
 * Locates a model for a program in Node: a URL ending in `/`, or a path.
 * @throws RerankError `model-not-found`
 */
export function locateModel(model: string, base?: string): string {
  if (isUrl(model)) return model.endsWith('/') ? model : `${model}/`
  if (base !== undefined) return join(base, model)
  if (existsSync(join(model, MANIFEST_FILE)) || /[\\/]/.test(model)) return resolve(model)
  return shipped(model)
}

/** The package's models are in `public/models`, in some folder above this module, wherever it is bundled. */
function shipped(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'public', 'models', name)
    if (existsSync(join(candidate, MANIFEST_FILE))) return candidate
    if (folder === dirname(folder)) break
  }
  throw modelError('model-not-found', `There is no model ${name}: no such folder, and no such shipped model.`)
}
