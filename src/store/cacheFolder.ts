import type { PartFolder, StoredPart } from './partStore.js'

const CACHE = 'mvp-rerank-models'

/** An address of no site: parts here are read by name, never fetched. */
export const FOLDER = 'https://parts.mvp-rerank.invalid/'

/** Headers with what a list of parts needs, so it reads no bodies. */
export const BYTES = 'Part-Bytes'
export const MODIFIED = 'Part-Modified'

/** @throws if the browser has no Cache API or keeps nothing here */
export const openModelCache = (): Promise<Cache> => caches.open(CACHE)

export class CacheFolder implements PartFolder {
  protected readonly cache: Cache

  constructor(cache: Cache) {
    this.cache = cache
  }

  async remove(name: string): Promise<void> {
    await this.cache.delete(FOLDER + name)
  }

  async list(): Promise<StoredPart[]> {
    const parts: StoredPart[] = []
    for (const { url } of await this.cache.keys()) {
      const headers = (await this.cache.match(url))?.headers
      if (!headers) continue
      const [bytes, modified] = [Number(headers.get(BYTES)), Number(headers.get(MODIFIED))]
      parts.push({ name: url.slice(FOLDER.length), bytes, modified })
    }
    return parts
  }
}
