import type { PartStore, StoredPart } from './partStore.js'

const CACHE = 'mvp-rerank-models'

/** No file of any site: what lies here is read by name, never fetched. */
const FOLDER = 'https://parts.mvp-rerank.invalid/'

/** Headers tell what a list of parts needs, so that no body is read for it. */
const BYTES = 'Part-Bytes'
const MODIFIED = 'Part-Modified'

/**
 * Parts in the Cache API, each a complete response: it refuses partial ones.
 * @throws where the browser has none or keeps nothing here
 */
export async function openCacheStorage(): Promise<PartStore> {
  return new CacheParts(await caches.open(CACHE))
}

class CacheParts implements PartStore {
  readonly #cache: Cache

  constructor(cache: Cache) {
    this.#cache = cache
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const response = await this.#cache.match(FOLDER + name)
      return response && new Uint8Array(await response.arrayBuffer())
    } catch {
      // Deleted in this moment, or unreadable: to the reader both mean that it has to come from elsewhere.
      return undefined
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const headers = { [BYTES]: String(bytes.length), [MODIFIED]: String(Date.now()) }
    try {
      await this.#cache.put(FOLDER + name, new Response(bytes as Uint8Array<ArrayBuffer>, { headers }))
      // WebKitGTK without a disk to write to forgets parts, and no call fails.
      if (!(await this.#cache.match(FOLDER + name))) throw new Error('the browser forgets at once what it is given')
    } catch (error) {
      await this.remove(name).catch(() => undefined)
      throw error
    }
  }

  async remove(name: string): Promise<void> {
    await this.#cache.delete(FOLDER + name)
  }

  async list(): Promise<StoredPart[]> {
    const parts: StoredPart[] = []
    for (const { url } of await this.#cache.keys()) {
      const headers = (await this.#cache.match(url))?.headers
      if (!headers) continue
      const [bytes, modified] = [Number(headers.get(BYTES)), Number(headers.get(MODIFIED))]
      parts.push({ name: url.slice(FOLDER.length), bytes, modified })
    }
    return parts
  }
}
