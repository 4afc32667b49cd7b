import { withWebLock } from '../util/webLock.js'
import { openAllParts } from './openParts.js'

/**
 * Bytes of model files that the browser keeps for this site, of all models and versions, unfinished downloads included.
 * 0 where it keeps none or cannot. Works on the page and in workers.
 * @example label.textContent = `${(await cachedModelSize() / 1e6).toFixed(0)} MB`
 */
export async function cachedModelSize(): Promise<number> {
  const kept = await Promise.all((await openAllParts()).map(parts => parts.list()))
  return kept.flat().reduce((sum, { bytes }) => sum + bytes, 0)
}

/**
 * Deletes all model files that the browser keeps for this site. Rerankers that are loaded go on working; the next one downloads its model again.
 * @example button.onclick = () => clearModelCache()
 */
export async function clearModelCache(): Promise<void> {
  const opened = await openAllParts()
  await withWebLock('manifests', undefined, async () => {
    for (const parts of opened) {
      for (const { name } of await parts.list()) await parts.remove(name)
    }
  })
}
