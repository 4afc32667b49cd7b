import { indexError } from '../api/indexErrors.js'
import { DOWNLOAD_RETRY, type HttpCacheMode, request, retryDownload } from '../store/request.js'
import { TransientError } from '../util/retry.js'
import { sha256 } from '../util/sha256.js'
import {
  INDEX_FILE,
  type IndexedFile,
  type IndexManifest,
  parseIndexManifest,
  partsOf,
  type StoredFile,
} from './indexManifest.js'

/**
 * Fetches the index's manifest. The browser asks the server whether it has changed; offline, the cached one is used.
 * @throws RerankError `index-not-found`, `bad-index`, `version-mismatch`, `download-failed`
 */
export async function fetchManifest(folder: string): Promise<IndexManifest> {
  const url = folder + INDEX_FILE
  const bytes = await download(url, 'no-cache').catch(async (error: unknown) => {
    if (!(error instanceof TransientError)) throw error
    return retryDownload(url, DOWNLOAD_RETRY, undefined, () => download(url, 'force-cache'))
  })
  let json: unknown
  try {
    json = await new Response(bytes as Uint8Array<ArrayBuffer>).json()
  } catch (cause) {
    throw indexError('bad-index', `${url} is not JSON.`, { cause })
  }
  return parseIndexManifest(json)
}

/**
 * Fetches a file of the index, or its parts side by side, and checks each against the manifest's hash.
 * @param onProgress called with the bytes of each piece that arrives
 * @param unpack of each part
 * @throws RerankError `hash-mismatch`, `index-not-found`, `download-failed`
 */
export async function fetchIndexFile(
  folder: string,
  file: IndexedFile,
  onProgress?: (bytes: number) => void,
  unpack?: (part: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const fetchPart = async (part: StoredFile) => {
    const url = folder + part.path
    // A browser or a proxy may have cached a broken file: the second request bypasses caches.
    for (const cache of ['default', 'reload'] as const) {
      const bytes = await retryDownload(url, DOWNLOAD_RETRY, undefined, () => download(url, cache, onProgress))
      if (bytes.length === part.bytes && (await sha256(bytes)) === part.sha256) return unpack?.(bytes) ?? bytes
    }
    throw indexError('hash-mismatch', `${url} is not the file that ${INDEX_FILE} names.`)
  }
  return concat(await Promise.all(partsOf(file).map(fetchPart)))
}

async function download(url: string, cache: HttpCacheMode, onProgress?: (bytes: number) => void): Promise<Uint8Array> {
  const missing = (message: string) => indexError('index-not-found', message)
  const answer = await request(url, { cache, stallMs: DOWNLOAD_RETRY.stallMs, missing })
  try {
    const pieces: Uint8Array[] = []
    for (let piece = await answer.next(); piece; piece = await answer.next()) {
      pieces.push(piece)
      onProgress?.(piece.length)
    }
    return concat(pieces)
  } finally {
    answer.close()
  }
}

/** @throws RerankError `bad-index` */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const { body } = new Response(bytes as Uint8Array<ArrayBuffer>)
    return new Uint8Array(await new Response(body!.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer())
  } catch (cause) {
    throw indexError('bad-index', 'The index is damaged.', { cause })
  }
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  // Most parts arrive as one piece. A Blob, which is shorter to write, goes through another process.
  if (pieces.length === 1) return pieces[0]!
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
