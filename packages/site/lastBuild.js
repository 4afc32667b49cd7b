import { createReadStream, existsSync, statSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { SEARCH_FOLDER } from './elementAttributes.js'

/**
 * Holds what the last build published. It lies in the project's cache, because a build empties its own folder.
 *
 * @param {string} root the site's project
 */
export function publishedFolder(root) {
  return join(root, 'node_modules/.cache/mvp-rerank')
}

/** @param {string} root the site's project */
export function hasIndex(root) {
  return existsSync(join(publishedFolder(root), 'search/index.json'))
}

/** @type {Record<string, string>} */
const TYPES = {
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/**
 * A handler for a development server: the search as the last build made it.
 *
 * @param {string} root the site's project
 * @param {string} base what addresses of the site begin with, with a slash at its end
 * @returns {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse,
 *   next: () => void) => void}
 */
export function serveSearch(root, base) {
  const prefix = `${base}${SEARCH_FOLDER}/`
  return (request, response, next) => {
    // Astro's server takes the base off `url` first.
    const { url = '/', originalUrl = url } = /** @type {typeof request & { originalUrl?: string }} */ (request)
    const path = pathOf(originalUrl)
    if (!path?.startsWith(prefix)) return next()
    const file = join(publishedFolder(root), normalize(`/${path.slice(prefix.length)}`))
    const found = statusOf(file)
    if (!found?.isFile()) return next()
    response.setHeader('Content-Type', TYPES[extname(file)] ?? 'application/octet-stream')
    response.setHeader('Content-Length', found.size)
    response.setHeader('Cache-Control', 'no-cache')
    if (request.method === 'HEAD') response.end()
    else createReadStream(file).pipe(response)
  }
}

/**
 * @param {string} address of a request
 * @returns {string | undefined} undefined for what is no address, such as `/%`
 */
function pathOf(address) {
  try {
    return decodeURIComponent(new URL(address, 'http://localhost').pathname)
  } catch {
    return undefined
  }
}

/**
 * @param {string} file whose name the file system may refuse
 */
function statusOf(file) {
  try {
    return statSync(file)
  } catch {
    return undefined
  }
}
