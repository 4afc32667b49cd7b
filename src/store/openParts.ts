import { openCacheStorage } from './cacheStorageParts.js'
import { openOpfs } from './opfs.js'
import type { PartStore } from './partStore.js'

/** All places where parts may lie, the preferred one first. */
const places = [openOpfs, openCacheStorage]

/**
 * The best place that the browser has for parts: the origin private file system, else the Cache API (WebKitGTK has no such file system, and Firefox has
 * none in a private window).
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

/** Every place that the browser has: an update of the browser may have brought a better one than that which holds the parts. */
export async function openAllParts(): Promise<PartStore[]> {
  const opened = await Promise.all(places.map(open => open().catch(() => undefined)))
  return opened.filter(parts => parts !== undefined)
}
