import { RerankError } from '../api/errors.js'
import { CHUNK_BYTES, type ModelFile } from '../model/manifest.js'
import type { RetryPolicy } from '../util/retry.js'
import { sha256 } from '../util/sha256.js'
import { download } from './download.js'
import { type PartStore, partName } from './partStore.js'
import { shareDownload } from './shareDownload.js'

export interface CachedFileOptions {
  /** Where chunks are kept; without it they are only in memory. */
  parts?: PartStore | undefined
  patience: RetryPolicy
  signal?: AbortSignal | undefined
  onBytes?: ((bytes: number) => void) | undefined
  /** A chunk could not be kept; nothing more of this file is then. */
  onUnkept: (error: unknown) => void
}

/**
 * A file of which kept chunks are read and the others fetched. Every chunk has the hash that the manifest names, wherever it came from.
 */
export function readCached(url: string, file: ModelFile, options: CachedFileOptions): Promise<Uint8Array> {
  const { parts, patience, signal, onBytes } = options
  if (!parts) return read(url, file, options)
  // A slow connection takes a while for a chunk, so wait longer than for a byte.
  const turn = { parts, frozenMs: 3 * patience.stallMs, signal, onBytes }
  return shareDownload(file, turn, () => read(url, file, options))
}

async function read(url: string, file: ModelFile, options: CachedFileOptions): Promise<Uint8Array> {
  const { patience, signal, onBytes } = options
  const bytes = allocate(file)
  const missing = await restore(file, bytes, options)
  let { parts } = options
  const written: string[] = []
  await download(url, file, bytes, missing, {
    patience,
    // What is kept in parts need not fill the HTTP cache too; what is not may well be found there the next time.
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
        options.onUnkept(error)
      }
    },
  })
  return bytes
}

/** Reads what is kept. Returns the chunks that are missing, were cut short or were changed. */
async function restore(
  file: ModelFile,
  bytes: Uint8Array,
  { parts, signal, onBytes }: CachedFileOptions,
): Promise<number[]> {
  const missing: number[] = []
  let restored = 0
  for (const [index, hash] of file.chunks.entries()) {
    signal?.throwIfAborted()
    const place = chunk(bytes, index)
    const kept = await parts?.read(partName(hash))
    if (kept?.length === place.length && (await sha256(kept)) === hash) {
      place.set(kept)
      restored += place.length
      onBytes?.(restored)
    } else missing.push(index)
  }
  return missing
}

function chunk(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)
}

function allocate(file: ModelFile): Uint8Array {
  try {
    return new Uint8Array(file.bytes)
  } catch (cause) {
    throw new RerankError('out-of-memory', `There is no memory for the ${file.bytes} bytes of ${file.path}.`, { cause })
  }
}
