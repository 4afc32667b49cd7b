import type { ModelFile } from '../model/manifest.js'
import { withWebLock } from '../util/webLock.js'
import { type PartStore, partName } from './partStore.js'

export interface ShareOptions {
  parts: PartStore
  /** The tab whose turn it is may bring nothing for so long; then it is taken for frozen (a phone does that to a tab in the background). */
  frozenMs: number
  signal?: AbortSignal | undefined
  /** Called with the number of bytes that are kept so far, while another tab fetches. */
  onBytes?: ((bytes: number) => void) | undefined
}

const LOOK_MS = 250

/**
 * Tabs that want the same file take turns: the first one fetches it, the others find it. Beside a frozen tab the next one fetches all the same:
 * chunks are kept under their hashes, so two writers cannot spoil anything.
 */
export async function shareDownload<T>(file: ModelFile, options: ShareOptions, work: () => Promise<T>): Promise<T> {
  const { signal } = options
  const waiting = new AbortController()
  const abort = () => waiting.abort(signal!.reason)
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  const frozen = new Error('The tab whose turn it is does nothing.')
  const stopLooking = watch(file, options, () => waiting.abort(frozen))
  let isOurs = false
  try {
    return await withWebLock(`file ${file.sha256}`, waiting.signal, () => {
      isOurs = true
      stopLooking()
      return work()
    })
  } catch (error) {
    if (isOurs || error !== frozen) throw error
    return await work()
  } finally {
    stopLooking()
    signal?.removeEventListener('abort', abort)
  }
}

/** Looks at what another tab has kept so far. Returns what ends it. */
function watch(file: ModelFile, { parts, frozenMs, onBytes }: ShareOptions, onFrozen: () => void): () => void {
  const names = new Set(file.chunks.map(partName))
  let most = 0
  let since = Date.now()
  let ended = false
  const look = async () => {
    const kept = (await parts.list()).filter(({ name }) => names.has(name)).reduce((sum, { bytes }) => sum + bytes, 0)
    if (ended) return
    if (kept > most) {
      most = kept
      since = Date.now()
      onBytes?.(kept)
    } else if (Date.now() - since > frozenMs) onFrozen()
  }
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS)
  return () => {
    ended = true
    clearInterval(timer)
  }
}
