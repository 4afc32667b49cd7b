import { CACHE, type SiteFile } from './siteFiles.js'

/** A file's bytes are not those of this version: the server has a newer version, or a proxy changes files. */
export class OtherVersion extends Error {
  constructor(path: string) {
    super(`${path} on the server is not of this version of the site.`)
  }
}

/**
 * The files of a site, each kept under the hash of its bytes. So versions never mix, shared files are fetched once, and
 * an interrupted installation continues.
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
   * Fetches a file and verifies its hash. The answer's headers are kept with it, a Content-Security-Policy among them.
   * @throws OtherVersion, or what `fetch` throws
   */
  async fetch(file: SiteFile): Promise<Response> {
    const url = new URL(file.path, this.#folder)
    // First revalidates the browser's copy. If that copy is wrong, fetches the whole file.
    for (const cache of ['no-cache', 'reload'] as const) {
      const response = await fetch(url, { cache })
      if (!response.ok) throw new TypeError(`${url}: the server said ${response.status}.`)
      const bytes = await response.arrayBuffer()
      if ((await sha256(bytes)) === file.sha256) return new Response(bytes, { headers: ownHeaders(response) })
    }
    throw new OtherVersion(file.path)
  }

  /** @throws DOMException `QuotaExceededError` if there is no room */
  async keep(file: SiteFile, response: Response): Promise<void> {
    await (await this.#open()).put(this.#key(file), response)
  }

  /** Fetches and keeps the files that are missing, four at a time. */
  async complete(files: readonly SiteFile[]): Promise<void> {
    const left = [...files]
    const next = async (): Promise<void> => {
      for (let file = left.shift(); file; file = left.shift()) {
        if (!(await this.read(file))) await this.keep(file, await this.fetch(file))
      }
    }
    await Promise.all(Array.from({ length: 4 }, next))
  }

  /** Deletes all other files. */
  async retain(files: readonly SiteFile[]): Promise<void> {
    const cache = await this.#open()
    const named = new Set(files.map(file => this.#key(file)))
    for (const { url } of await cache.keys()) if (!named.has(url)) await cache.delete(url)
  }

  #open(): Promise<Cache> {
    return caches.open(CACHE)
  }

  /** An address that no file has: only this class reads it. */
  #key({ sha256 }: SiteFile): string {
    return new URL(`.kept/${sha256}`, this.#folder).href
  }
}

/** The answer's headers without those that described the encoded body: the kept body is decoded. */
function ownHeaders(response: Response): Headers {
  const headers = new Headers(response.headers)
  for (const name of ['Content-Encoding', 'Content-Length', 'Transfer-Encoding']) headers.delete(name)
  return headers
}

/** Service workers need secure pages, so `crypto.subtle` is there; `src/util/sha256.ts` would bring its substitute. */
async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, byte => byte.toString(16).padStart(2, '0')).join('')
}
