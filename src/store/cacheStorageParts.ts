import { BYTES, CacheFolder, FOLDER, MODIFIED, openModelCache } from './cacheFolder.js'
import type { PartStore } from './partStore.js'

/**
 * Parts in the Cache API. Each is a complete response, because the API refuses partial ones.
 * @throws if the browser has no Cache API or keeps nothing here
 */
export async function openCacheStorage(): Promise<PartStore> {
  return new CacheParts(await openModelCache())
}

class CacheParts extends CacheFolder implements PartStore {
  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const response = await this.cache.match(FOLDER + name)
      return response && new Uint8Array(await response.arrayBuffer())
    } catch {
      // Deleted at this moment, or unreadable: the reader has to get it elsewhere.
      return undefined
    }
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const headers = { [BYTES]: `${bytes.length}`, [MODIFIED]: `${Date.now()}` }
    try {
      await this.cache.put(FOLDER + name, new Response(bytes as Uint8Array<ArrayBuffer>, { headers }))
      // WebKitGTK without disk storage may forget parts although no call fails.
      if (!(await this.cache.match(FOLDER + name))) throw new Error('the browser forgets what it is given')
    } catch (error) {
      await this.remove(name).catch(() => undefined)
      throw error
    }
  }
}
