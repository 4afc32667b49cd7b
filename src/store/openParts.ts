import { openCacheStorage } from './cacheStorageParts.js'
import { openOpfs } from './opfs.js'
import type { PartStore } from './partStore.js'

/**
 * Opens the browser's best place for parts: the origin private file system, else the Cache API (for WebKitGTK, and
 * Firefox in a private window).
 * @throws the file system's error, if the Cache API fails too
 */
export async function openParts(): Promise<PartStore> {
  try {
    return await openOpfs()
  } catch (error) {
    return openCacheStorage().catch(() => {
      throw error
    })
  }
}
