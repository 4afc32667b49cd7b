import type { ModelFile } from '../model/manifest.js'
import { linkSignals } from '../util/abort.js'
import { withWebLock } from '../util/webLock.js'
import { type PartStore, partName } from './partStore.js'

export interface ShareOptions {
  parts: PartStore
  /** A downloading tab without progress for this long counts as frozen. Phones freeze background tabs. */
  frozenMs: number
  signal?: AbortSignal | undefined
  /** Called with the number of kept bytes while another tab downloads. */
  onBytes?: ((bytes: number) => void) | undefined
}

const POLL_MS = 250

/**
 * Tabs that want the same file take turns: the first downloads it, the others find it in the store. If that tab
 * freezes, the next one downloads too. Chunks are kept under their hashes, so two writers do no harm.
 */
export async function shareDownload<T>(file: ModelFile, options: ShareOptions, work: () => Promise<T>): Promise<T> {
  const { controller: waiting, release } = linkSignals([options.signal])
  const frozen = new Error('The downloading tab is frozen.')
  const stopWatching = watch(file, options, () => waiting.abort(frozen))
  let isOurs = false
  try {
    return await withWebLock(`file ${file.sha256}`, waiting.signal, () => {
      isOurs = true
      stopWatching()
      return work()
    })
  } catch (error) {
    if (isOurs || error !== frozen) throw error
    return await work()
  } finally {
    stopWatching()
    release()
  }
}

/** Polls the progress of another tab. Returns a function that stops the polling. */
function watch(file: ModelFile, { parts, frozenMs, onBytes }: ShareOptions, onFrozen: () => void): () => void {
  const names = new Set(file.chunks.map(partName))
  let largest = 0
  let since = Date.now()
  let ended = false
  const poll = async () => {
    const kept = (await parts.list()).filter(({ name }) => names.has(name)).reduce((sum, { bytes }) => sum + bytes, 0)
    if (ended) return
    if (kept > largest) {
      largest = kept
      since = Date.now()
      onBytes?.(kept)
    } else if (Date.now() - since > frozenMs) onFrozen()
  }
  const timer = setInterval(() => void poll().catch(() => undefined), POLL_MS)
  return () => {
    ended = true
    clearInterval(timer)
  }
}
