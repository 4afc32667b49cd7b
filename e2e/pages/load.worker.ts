import { RerankError } from '../../src/api/errors.js'
import type { FilesStatus } from '../../src/api/ranking.js'
import { openParts } from '../../src/store/openParts.js'
import { readModel } from '../../src/store/readModel.js'
import { UrlSource } from '../../src/store/urlSource.js'
import { sha256 } from '../../src/util/sha256.js'

/** Reads a model's files as the library's worker does, without looking into them. */
export interface LoadOrder {
  url: string
  stallMs?: number
  retries?: number
  /** What this browser lacks. */
  lacks?: 'opfs' | 'storage' | 'sync'
}

export type LoadNews =
  | { kind: 'progress'; loaded: number; total: number }
  | { kind: 'status'; status: FilesStatus }
  | { kind: 'loaded'; name: string; weights: string }
  | { kind: 'failed'; code: string; message: string }

const tell = (news: LoadNews) => postMessage(news)
const abort = new AbortController()

addEventListener('message', async ({ data }: MessageEvent<LoadOrder | 'abort'>) => {
  if (data === 'abort') return abort.abort(new RerankError('superseded', 'Aborted by the test.'))
  const { url, stallMs = 20_000, retries = 5, lacks } = data
  if (lacks === 'opfs' || lacks === 'storage') {
    // As Firefox in a private window.
    StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('Not allowed', 'SecurityError'))
  }
  if (lacks === 'storage') {
    CacheStorage.prototype.open = () => Promise.reject(new DOMException('Not allowed either', 'SecurityError'))
  }
  if (lacks === 'sync') Reflect.deleteProperty(FileSystemFileHandle.prototype, 'createSyncAccessHandle')
  try {
    const source = new UrlSource(url, { openParts, retry: { stallMs, retries, pauseMs: 20 } })
    const { manifest, weights } = await readModel(source, {
      signal: abort.signal,
      onProgress: ({ loaded, total }) => tell({ kind: 'progress', loaded, total }),
      onStatus: status => tell({ kind: 'status', status }),
    })
    tell({ kind: 'loaded', name: manifest.name, weights: await sha256(weights) })
  } catch (error) {
    const { code, message } = error as RerankError
    tell({ kind: 'failed', code: code ?? 'not a RerankError', message })
  }
})
