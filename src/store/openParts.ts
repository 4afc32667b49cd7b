import { openCacheStorage } from './cacheStorageParts.js'
import { openOpfs } from './opfs.js'
import type { PartStore } from './partStore.js'

/**
 * The best place that the browser has for parts: the origin private file system, else the Cache API (WebKitGTK has no
 * such file system, and Firefox has none in a private window).
 * @throws why there is no file system, where there is no other place either
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
