import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modelError } from '../api/modelErrors.js'
import { MANIFEST_FILE } from '../model/manifest.js'
import { wrongType } from '../util/wrongType.js'

export function isUrl(model: string): boolean {
  return /^https?:\/\//.test(model)
}

/**
 * Locates a model for a program in Node: a URL ending in `/`, or a path.
 * @param base a folder or its URL
 * @throws RerankError `model-not-found`; `bad-option` for what is no text
 */
export function locateModel(model: string, base?: string): string {
  if (typeof model !== 'string') throw wrongType('bad-option', 'model', model, 'a string')
  if (base !== undefined && typeof base !== 'string') throw wrongType('bad-option', 'modelBase', base, 'a string')
  if (isUrl(model)) return withSlash(model)
  if (base !== undefined && isUrl(base)) return withSlash(withSlash(base) + model)
  if (base !== undefined) return join(base, model)
  if (existsSync(join(model, MANIFEST_FILE)) || /[\\/]/.test(model)) return resolve(model)
  return shipped(model)
}

const withSlash = (url: string) => (url.endsWith('/') ? url : `${url}/`)

/** The packages that hold the shipped models. */
const PACKAGES: Record<string, string> = { 'mvp-mini': 'mvp-rerank-mini', 'mvp-mini-q4': 'mvp-rerank-mini-q4' }

/**
 * A shipped model is in a package of its own, which npm installs beside this one; other managers may put it where only
 * the project finds it. In a clone it is in `public/models`.
 */
function shipped(name: string): string {
  const own = Object.hasOwn(PACKAGES, name) ? PACKAGES[name] : undefined
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const places = [join(folder, 'public/models', name), ...(own ? [join(folder, 'node_modules', own, name)] : [])]
      const found = places.find(place => existsSync(join(place, MANIFEST_FILE)))
      if (found) return found
      if (folder === dirname(folder)) break
    }
  }
  if (own === undefined)
    throw modelError('model-not-found', `There is no model ${name}: no such folder, and none is shipped.`)
  throw modelError('model-not-found', `The model ${name} is not installed.`, { remedy: `Run \`npm install ${own}\`.` })
}
