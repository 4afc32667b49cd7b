import { RerankError } from '../api/errors.js'
import { indexError } from '../api/indexErrors.js'
import { DOWNLOAD_RETRY, type HttpCacheMode, request, retryDownload } from '../store/request.js'
import { TransientError } from '../util/retry.js'
import { sha256 } from '../util/sha256.js'
import { INDEX_FILE, type IndexedFile, type IndexManifest, parseIndexManifest } from './indexManifest.js'

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
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw indexError('bad-index', `${url} is not JSON.`, { cause })
  }
  return parseIndexManifest(json)
}

/**
 * Fetches a file of the index and checks it against the manifest's hash.
 * @throws RerankError `hash-mismatch`, `index-not-found`, `download-failed`
 */
export async function fetchIndexFile(
  folder: string,
  file: IndexedFile,
  onProgress: (loaded: number) => void = () => {},
): Promise<Uint8Array> {
  const url = folder + file.path
  // A browser or a proxy may have cached a broken file: the second request bypasses caches.
  for (const cache of ['default', 'reload'] as const) {
    const bytes = await retryDownload(url, DOWNLOAD_RETRY, undefined, () => download(url, cache, onProgress))
    if (bytes.length === file.bytes && (await sha256(bytes)) === file.sha256) return bytes
  }
  throw indexError('hash-mismatch', `${url} is not the file that ${INDEX_FILE} names.`)
}

async function download(
  url: string,
  cache: HttpCacheMode,
  onProgress: (loaded: number) => void = () => {},
): Promise<Uint8Array> {
  const answer = await request(url, { cache, stallMs: DOWNLOAD_RETRY.stallMs }).catch((error: unknown) => {
    if (!(error instanceof RerankError) || error.code !== 'model-not-found') throw error
    throw indexError('index-not-found', error.message, { cause: error })
  })
  try {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    let loaded = 0
    for (let piece = await answer.next(); piece; piece = await answer.next()) {
      pieces.push(piece as Uint8Array<ArrayBuffer>)
      loaded += piece.length
      onProgress(loaded)
    }
    return new Uint8Array(await new Blob(pieces).arrayBuffer())
  } finally {
    answer.close()
  }
}

/** @throws RerankError `bad-index` */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
    return new Uint8Array(await new Response(stream).arrayBuffer())
  } catch (cause) {
    throw indexError('bad-index', 'The index cannot be unpacked.', { cause })
  }
}
