import { modelError, modelNotFound } from '../api/modelErrors.js'
import { CHUNK_BYTES, type ModelFile } from '../model/manifest.js'
import { TransientError } from '../util/retry.js'
import { sha256 } from '../util/sha256.js'
import { type Answer, type DownloadRetry, type HttpCacheMode, request, retryDownload } from './request.js'

export interface DownloadOptions {
  retry: DownloadRetry
  /** How to use the browser's HTTP cache, as in `fetch`. */
  cache: HttpCacheMode
  signal?: AbortSignal | undefined
  /** Called for each chunk that has arrived and has the manifest's hash. */
  onChunk: (index: number) => Promise<void>
  /** Called with the number of bytes of the file that have arrived. */
  onBytes?: ((bytes: number) => void) | undefined
}

/** After this many wrong copies of the same bytes, the source itself is wrong. */
const MAX_MISMATCHES = 3

/**
 * Fetches the missing chunks of a file into `bytes`, over as many connections as it takes. It does not trust the
 * length, range or encoding that a server states. A chunk counts once it has the manifest's hash, so versions of a file
 * never mix.
 * @param missing indices of chunks, ascending
 * @throws RerankError `model-not-found`, `download-failed`, `hash-mismatch`
 * @throws `signal.reason`
 */
export function download(
  url: string,
  file: ModelFile,
  bytes: Uint8Array,
  missing: Iterable<number>,
  options: DownloadOptions,
): Promise<void> {
  return new Download(url, file, bytes, new Set(missing), options).run()
}

class Download {
  /** The number of unverified bytes of the first missing chunk. The next connection can continue after them. */
  #unverified = 0
  /** Whether the server can send ranges. If not, the file is fetched from its beginning. */
  #rangesWork = true
  #mismatches = 0
  #cache: HttpCacheMode

  readonly #url: string
  readonly #file: ModelFile
  readonly #bytes: Uint8Array
  readonly #missing: Set<number>
  readonly #options: DownloadOptions

  constructor(url: string, file: ModelFile, bytes: Uint8Array, missing: Set<number>, options: DownloadOptions) {
    this.#url = url
    this.#file = file
    this.#bytes = bytes
    this.#missing = missing
    this.#options = options
    this.#cache = options.cache
  }

  async run(): Promise<void> {
    const { retry, signal } = this.#options
    const attempt = (isLast: boolean) => this.#attempt(isLast)
    while (this.#missing.size > 0) await retryDownload(this.#url, retry, signal, attempt, () => this.#received())
  }

  /** One request for the first run of missing chunks. */
  async #attempt(isLast: boolean): Promise<void> {
    const first = this.#missing.values().next().value!
    const from = first * CHUNK_BYTES + this.#unverified
    const to = this.#endOfRun(first)
    // The last attempt asks for no range: some servers and proxies do not answer ranges.
    const ranged = this.#rangesWork && !isLast && !(from === 0 && to === this.#file.bytes)
    const cache = this.#cache
    const options = this.#options
    const { stallMs } = options.retry
    const range = ranged ? { from, to } : undefined
    const before = this.#received()
    let answer: Answer | undefined
    try {
      answer = await request(this.#url, { range, cache, stallMs, signal: options.signal, missing: modelNotFound })
      if (answer.isRange && (answer.from ?? from) !== from) {
        throw new TransientError(`the server sent the range from ${answer.from} in place of ${from}`)
      }
      await this.#receive(answer, answer.isRange ? from : 0, answer.isRange ? to : this.#file.bytes)
    } catch (error) {
      // If a range answer brought nothing, ask for no more ranges. A failed connection says nothing about ranges.
      if (answer?.isRange && this.#received() <= before) this.#rangesWork = false
      throw error
    } finally {
      answer?.close()
    }
  }

  async #receive(answer: Answer, from: number, to: number): Promise<void> {
    let at = from
    if (from !== this.#firstMissing() * CHUNK_BYTES + this.#unverified) this.#unverified = 0
    // Ends after the last missing chunk.
    while (at < to && this.#missing.size > 0) {
      const piece = await answer.next()
      if (!piece) throw new TransientError(`the answer ended at byte ${at} of ${this.#file.bytes}`)
      at = await this.#write(piece, at)
      this.#options.onBytes?.(this.#received())
    }
  }

  /** Writes a piece of the stream; returns where the next piece belongs. */
  async #write(piece: Uint8Array, from: number): Promise<number> {
    let at = from
    for (let offset = 0; offset < piece.length && at < this.#file.bytes; ) {
      const index = Math.floor(at / CHUNK_BYTES)
      const end = this.#endOf(index)
      const part = piece.subarray(offset, offset + end - at)
      if (this.#missing.has(index)) {
        this.#bytes.set(part, at)
        this.#unverified = at + part.length - index * CHUNK_BYTES
        if (at + part.length === end) await this.#verify(index)
      }
      at += part.length
      offset += part.length
    }
    return at
  }

  async #verify(index: number): Promise<void> {
    this.#unverified = 0
    const start = index * CHUNK_BYTES
    const actual = await sha256(this.#bytes.subarray(start, this.#endOf(index)))
    if (actual === this.#file.chunks[index]) {
      this.#missing.delete(index)
      this.#mismatches = 0
      await this.#options.onChunk(index)
      return
    }
    // A cache on the way may hold wrong bytes.
    if (this.#cache !== 'no-store') this.#cache = 'reload'
    const what = `the bytes from ${start} on have SHA-256 ${actual}; the manifest names ${this.#file.chunks[index]}`
    if (++this.#mismatches >= MAX_MISMATCHES) throw modelError('hash-mismatch', `${this.#url}: ${what}.`)
    throw new TransientError(what)
  }

  #firstMissing(): number {
    return this.#missing.values().next().value!
  }

  #endOfRun(first: number): number {
    let last = first
    while (this.#missing.has(last + 1)) last++
    return this.#endOf(last)
  }

  #endOf(index: number): number {
    return Math.min((index + 1) * CHUNK_BYTES, this.#file.bytes)
  }

  #received(): number {
    let missing = 0
    for (const index of this.#missing) missing += this.#endOf(index) - index * CHUNK_BYTES
    return this.#file.bytes - missing + this.#unverified
  }
}
