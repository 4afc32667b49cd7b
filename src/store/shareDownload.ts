import type { ModelFile } from '../model/manifest.js'
import { withWebLock } from '../util/webLock.js'
import { type PartStore, partName } from './partStore.js'

export interface ShareOptions {
  parts: PartStore
  /** A downloading tab without progress for this long counts as frozen. Phones freeze tabs in the background. */
  frozenMs: number
  signal?: AbortSignal | undefined
  /** Called with the number of kept bytes while another tab downloads. */
  onBytes?: ((bytes: number) => void) | undefined
}

const POLL_MS = 250

/**
 * Tabs that want the same file take turns: the first tab downloads it, and the others find it in the store. If that tab
 * freezes, the next one downloads too: chunks are kept under their hashes, so two writers cannot harm each other.
 */
export async function shareDownload<T>(file: ModelFile, options: ShareOptions, work: () => Promise<T>): Promise<T> {
  const { signal } = options
  const waiting = new AbortController()
  const abort = () => waiting.abort(signal!.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  const frozen = new Error('The tab whose turn it is does nothing.')
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
    signal?.removeEventListener('abort', abort)
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
