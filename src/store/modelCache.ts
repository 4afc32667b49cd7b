import { withWebLock } from '../util/webLock.js'
import { CacheFolder, openModelCache } from './cacheFolder.js'
import { OpfsFolder, openOpfsHandle } from './opfsFolder.js'
import type { PartFolder } from './partStore.js'

/**
 * Returns the bytes of all model files that the browser keeps for this site: all models, versions and unfinished
 * downloads. 0 means none. It works in pages and in workers.
 * @example label.textContent = `${(await cachedModelSize() / 1e6).toFixed(0)} MB`
 */
export async function cachedModelSize(): Promise<number> {
  const kept = await Promise.all((await openFolders()).map(parts => parts.list()))
  return kept.flat().reduce((sum, { bytes }) => sum + bytes, 0)
}

/**
 * Deletes all model files that the browser keeps for this site. Loaded rerankers keep working. The next one downloads
 * its model again.
 * @example button.onclick = () => clearModelCache()
 */
export async function clearModelCache(): Promise<void> {
  const opened = await openFolders()
  await withWebLock('manifests', undefined, async () => {
    for (const parts of opened) {
      for (const { name } of await parts.list()) await parts.remove(name)
    }
  })
}

/**
 * Opens every place that the browser has: parts may be in an older place if an update brought a better one. Empty if
 * nothing is kept.
 */
async function openFolders(): Promise<PartFolder[]> {
  const opened = await Promise.allSettled([
    openOpfsHandle().then(handle => new OpfsFolder(handle)),
    (async () => new CacheFolder(await openModelCache()))(),
  ])
  return opened.flatMap(folder => (folder.status === 'fulfilled' ? [folder.value] : []))
}
