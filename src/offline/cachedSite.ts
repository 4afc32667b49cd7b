import { CACHE, type SiteFile } from './siteFiles.js'

/** A file's bytes are not those of this version: the server has a newer one, or changes files on their way. */
export class OtherVersion extends Error {
  constructor(path: string) {
    super(`${path} on the server is not of this version of the site.`)
  }
}

/**
 * Files of a site, each under the hash of its bytes. So versions cannot mix, what two of them share is fetched once,
 * and an installation that broke off goes on where it was.
 */
export class CachedSite {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(file: SiteFile): Promise<Response | undefined> {
    return (await this.#open()).match(this.#key(file))
  }

  /**
   * Fetches a file and proves its bytes. The headers of the answer are kept with it, a Content-Security-Policy among
   * them.
   * @throws OtherVersion, or what `fetch` throws
   */
  async fetch(file: SiteFile): Promise<Response> {
    const url = new URL(file.path, this.#folder)
    // Asks the server whether the browser's own copy is fresh; where that one is wrong, for all of it.
    for (const cache of ['no-cache', 'reload'] as const) {
      const response = await fetch(url, { cache })
      if (!response.ok) throw new TypeError(`${url}: the server said ${response.status}.`)
      const bytes = await response.arrayBuffer()
      if ((await sha256(bytes)) === file.sha256) return new Response(bytes, { headers: ownHeaders(response) })
    }
    throw new OtherVersion(file.path)
  }

  /** @throws DOMException `QuotaExceededError` where there is no room */
  async keep(file: SiteFile, response: Response): Promise<void> {
    await (await this.#open()).put(this.#key(file), response)
  }

  /** Fetches those that are not there yet, a few at a time. */
  async complete(files: readonly SiteFile[]): Promise<void> {
    const left = [...files]
    const next = async (): Promise<void> => {
      for (let file = left.shift(); file; file = left.shift()) {
        if (!(await this.read(file))) await this.keep(file, await this.fetch(file))
      }
    }
    await Promise.all(Array.from({ length: 4 }, next))
  }

  /** Deletes all others. */
  async retain(files: readonly SiteFile[]): Promise<void> {
    const cache = await this.#open()
    const named = new Set(files.map(file => this.#key(file)))
    for (const { url } of await cache.keys()) if (!named.has(url)) await cache.delete(url)
  }

  #open(): Promise<Cache> {
    return caches.open(CACHE)
  }

  /** No address of a file: nothing but this class reads it. */
  #key({ sha256 }: SiteFile): string {
    return new URL(`.kept/${sha256}`, this.#folder).href
  }
}

/** The body was decoded on its way, so what described the encoded one no longer holds. */
function ownHeaders(response: Response): Headers {
  const headers = new Headers(response.headers)
  for (const name of ['Content-Encoding', 'Content-Length', 'Transfer-Encoding']) headers.delete(name)
  return headers
}

/**
 * Service workers live on secure pages alone, so the browser has it, and needs no substitute as `src/util/sha256.ts`
 * does.
 */
async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
