import { deviceError } from '../api/deviceErrors.js'
import { CHUNK_BYTES, type ModelFile } from '../model/manifest.js'
import { sha256 } from '../util/sha256.js'
import { download } from './download.js'
import { type PartStore, partName } from './partStore.js'
import type { DownloadRetry } from './request.js'
import { shareDownload } from './shareDownload.js'

export interface CachedFileOptions {
  /** Keeps chunks between visits. Without it they are only in memory. */
  parts?: PartStore | undefined
  retry: DownloadRetry
  signal?: AbortSignal | undefined
  onBytes?: ((bytes: number) => void) | undefined
  /** Called if a chunk cannot be kept. No further chunk of the file is kept then. */
  onCacheFailure: (error: unknown) => void
}

/**
 * Reads a file: kept chunks from the store, the others from the network. Every chunk is checked against the manifest's
 * hash.
 */
export function readCached(url: string, file: ModelFile, options: CachedFileOptions): Promise<Uint8Array> {
  const { parts, retry, signal, onBytes } = options
  if (!parts) return read(url, file, options)
  // On a slow connection a chunk takes longer than a byte.
  const share = { parts, frozenMs: 3 * retry.stallMs, signal, onBytes }
  return shareDownload(file, share, () => read(url, file, options))
}

async function read(url: string, file: ModelFile, options: CachedFileOptions): Promise<Uint8Array> {
  const { retry, signal, onBytes } = options
  const bytes = allocateFile(file)
  const missing = await restore(file, bytes, options)
  let { parts } = options
  const written: string[] = []
  await download(url, file, bytes, missing, {
    retry,
    // Kept chunks need not fill the HTTP cache too; without a store, the HTTP cache may have them on the next visit.
    cache: parts ? 'no-store' : 'default',
    signal,
    onBytes,
    onChunk: async index => {
      if (!parts) return
      const name = partName(file.chunks[index]!)
      try {
        await parts.write(name, chunk(bytes, index))
        written.push(name)
      } catch (error) {
        // Most likely the storage is full: leave it to the site rather than fill it with half a file.
        for (const name of written) await parts.remove(name).catch(() => undefined)
        parts = undefined
        options.onCacheFailure(error)
      }
    },
  })
  return bytes
}

/** Chunks that are read at once: while one is read, others are hashed. Each takes 4 MiB for as long. */
const AT_ONCE = 3

/** Reads the kept chunks. Returns the chunks that are missing, cut short or changed. */
async function restore(
  file: ModelFile,
  bytes: Uint8Array,
  { parts, signal, onBytes }: CachedFileOptions,
): Promise<number[]> {
  const missing: number[] = []
  let restored = 0
  const chunks = file.chunks.entries()
  const restoreNext = async () => {
    for (const [index, hash] of chunks) {
      signal?.throwIfAborted()
      const place = chunk(bytes, index)
      const kept = await parts?.read(partName(hash))
      if (kept?.length === place.length && (await sha256(kept)) === hash) {
        place.set(kept)
        restored += place.length
        onBytes?.(restored)
      } else missing.push(index)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, restoreNext))
  return missing.sort((a, b) => a - b)
}

function chunk(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
}

function allocateFile(file: ModelFile): Uint8Array {
  try {
    return new Uint8Array(file.bytes)
  } catch (cause) {
    throw deviceError('out-of-memory', `There is no memory for the ${file.bytes} bytes of ${file.path}.`, { cause })
  }
}
