import { RerankError } from '../api/errors.js'
import { CHUNK_BYTES, type ModelFile } from '../model/manifest.js'
import { type RetryPolicy, TransientError, withRetry } from '../util/retry.js'
import { sha256 } from '../util/sha256.js'
import { type Answer, request } from './request.js'

export interface DownloadOptions {
  patience: RetryPolicy
  /** How the browser's HTTP cache is to be used, as in `fetch`. */
  cache: RequestCache
  signal?: AbortSignal | undefined
  /** A chunk is there and has the hash that the manifest names. */
  onChunk: (index: number) => Promise<void>
  /** Called with the number of bytes of the file that are there. */
  onBytes?: ((bytes: number) => void) | undefined
}

/** The same bytes came wrong so often: they are wrong at their source. */
const MOST_MISMATCHES = 3

/**
 * Fetches the missing chunks of a file into `bytes`, over as many connections as it takes. Nothing that a server says of itself is believed, neither length
 * nor range nor encoding: a chunk counts once it has the hash that the manifest names. So a file that changes under way cannot be mixed with the old one.
 * @param missing indices of chunks, ascending
 * @throws RerankError `model-not-found`, `download-failed`, `hash-mismatch`, or `signal.reason`
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
  /** Bytes of the first missing chunk that came before a connection broke: not proven yet, but the next one can begin behind them. */
  #ahead = 0
  /** Falls when a server proves unable to send ranges; then the file is fetched from its beginning. */
  #ranges = true
  #mismatches = 0
  #cache: RequestCache

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
    const { patience, signal } = this.#options
    const attempt = (isLast: boolean) => this.#attempt(isLast)
    while (this.#missing.size > 0) await withRetry(this.#url, patience, signal, attempt, () => this.#received())
  }

  /** One request for the first run of missing chunks. */
  async #attempt(isLast: boolean): Promise<void> {
    const first = this.#missing.values().next().value!
    const from = first * CHUNK_BYTES + this.#ahead
    const to = this.#endOfRun(first)
    // Last of all without a range: some servers and proxies answer one with nothing.
    const ranged = this.#ranges && !isLast && !(from === 0 && to === this.#file.bytes)
    const cache = this.#cache
    const options = this.#options
    const { stallMs } = options.patience
    const range = ranged ? { from, to } : undefined
    const before = this.#received()
    let answer: Answer | undefined
    try {
      answer = await request(this.#url, { range, cache, stallMs, signal: options.signal })
      if (answer.partial && (answer.from ?? from) !== from) {
        throw new TransientError(`the server sent the range from ${answer.from} in place of ${from}`)
      }
      await this.#receive(answer, answer.partial ? from : 0, answer.partial ? to : this.#file.bytes)
    } catch (error) {
      // An answer that brought nothing is worth no second try; a connection that was never made says nothing about ranges.
      if (answer?.partial && this.#received() <= before) this.#ranges = false
      throw error
    } finally {
      answer?.close()
    }
  }

  async #receive(answer: Answer, from: number, to: number): Promise<void> {
    let at = from
    if (from !== this.#firstMissing() * CHUNK_BYTES + this.#ahead) this.#ahead = 0
    // What follows the last missing chunk is not waited for.
    while (at < to && this.#missing.size > 0) {
      const piece = await answer.next()
      if (!piece) throw new TransientError(`the answer ended at byte ${at} of ${this.#file.bytes}`)
      at = await this.#take(piece, at)
      this.#options.onBytes?.(this.#received())
    }
  }

  /** Puts a piece of the stream in its place; returns where the next one belongs. */
  async #take(piece: Uint8Array, from: number): Promise<number> {
    let at = from
    for (let offset = 0; offset < piece.length && at < this.#file.bytes; ) {
      const index = Math.floor(at / CHUNK_BYTES)
      const end = this.#endOf(index)
      const part = piece.subarray(offset, offset + end - at)
      if (this.#missing.has(index)) {
        this.#bytes.set(part, at)
        this.#ahead = at + part.length - index * CHUNK_BYTES
        if (at + part.length === end) await this.#prove(index)
      }
      at += part.length
      offset += part.length
    }
    return at
  }

  async #prove(index: number): Promise<void> {
    this.#ahead = 0
    const start = index * CHUNK_BYTES
    const actual = await sha256(this.#bytes.subarray(start, this.#endOf(index)))
    if (actual === this.#file.chunks[index]) {
      this.#missing.delete(index)
      this.#mismatches = 0
      await this.#options.onChunk(index)
      return
    }
    // A cache between here and the server may be to blame.
    if (this.#cache !== 'no-store') this.#cache = 'reload'
    const what = `the bytes from ${start} on have SHA-256 ${actual}; the manifest names ${this.#file.chunks[index]}`
    if (++this.#mismatches >= MOST_MISMATCHES) throw new RerankError('hash-mismatch', `${this.#url}: ${what}.`)
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
    let lacking = 0
    for (const index of this.#missing) lacking += this.#endOf(index) - index * CHUNK_BYTES
    return this.#file.bytes - lacking + this.#ahead
  }
}
