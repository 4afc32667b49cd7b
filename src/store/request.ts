import { downloadError } from '../api/downloadErrors.js'
import { TransientError, withRetry } from '../util/retry.js'

/** When a download gives up. */
export interface DownloadRetry {
  /** An attempt fails if no byte comes for this long. */
  stallMs: number
  /** Retries in a row that may fail without progress. */
  retries: number
  /** Pause before the first retry. */
  pauseMs: number
}

export const DOWNLOAD_RETRY: DownloadRetry = { stallMs: 20_000, retries: 5, pauseMs: 500 }

/** An attempt that brought this many bytes made progress. */
const PROGRESS_BYTES = 64 * 1024

/**
 * Repeats a download that fails with a TransientError.
 * @param received bytes received in all attempts
 * @throws RerankError `download-failed` after the last retry, or what the attempt threw
 */
export function retryDownload<T>(
  url: string,
  { retries, pauseMs }: DownloadRetry,
  signal: AbortSignal | undefined,
  attempt: (isLast: boolean) => Promise<T>,
  received = () => 0,
): Promise<T> {
  const onFailure = (cause: TransientError, failures: number) => {
    if (failures <= retries) return
    throw downloadError('download-failed', `${url}: ${cause.message} (tried ${failures} times).`, { cause })
  }
  let before = 0
  const madeProgress = () => received() - before >= PROGRESS_BYTES
  const attemptOnce = (failures: number) => {
    before = received()
    return attempt(failures === retries)
  }
  return withRetry(attemptOnce, { pauseMs, signal, onFailure, madeProgress })
}

/** How to use the browser's HTTP cache: modes of `fetch`. Node has no such cache. */
export type HttpCacheMode = 'default' | 'no-store' | 'no-cache' | 'reload' | 'force-cache'

export interface RequestOptions {
  /** The first byte, and the byte after the last. */
  range?: { from: number; to: number } | undefined
  cache: HttpCacheMode
  /** Milliseconds without a byte after which the attempt ends. */
  stallMs: number
  signal?: AbortSignal | undefined
  /** Makes the error of a file that does not exist. */
  missing: (message: string) => Error
}

/**
 * Asks a server once.
 * @throws TransientError, or RerankError if a retry is useless
 */
export async function request(url: string, options: RequestOptions): Promise<Answer> {
  const answer = new Answer(url, options)
  try {
    await answer.open()
    return answer
  } catch (error) {
    answer.close()
    throw error
  }
}

/** An answer whose body is read in pieces. Reading throws if the connection stalls or the signal aborts. */
export class Answer {
  /** Whether the server states that it sends the range (partial content). */
  isRange = false
  /** The range's first byte, as the server states it. Across origins the server must expose the header. */
  from: number | undefined

  readonly #attempt = new AbortController()
  /** Rejects when the attempt ends: the body of a service worker's answer ignores the signal. */
  readonly #aborted = new Promise<never>((_, reject) => {
    this.#attempt.signal.addEventListener('abort', () => reject(this.#attempt.signal.reason))
  })
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  readonly #onAbort = () => this.#attempt.abort(this.#options.signal!.reason)

  readonly #url: string
  readonly #options: RequestOptions

  constructor(url: string, options: RequestOptions) {
    this.#url = url
    this.#options = options

    this.#aborted.catch(() => undefined)
  }

  async open(): Promise<void> {
    const { range, cache, signal, missing } = this.#options
    signal?.throwIfAborted()
    signal?.addEventListener('abort', this.#onAbort)
    // Across origins, a single range needs no preflight, but `If-Range` does. A changed file fails its hashes anyway.
    const headers = range ? { Range: `bytes=${range.from}-${range.to - 1}` } : {}
    const response = await this.#unlessStalled(
      fetch(this.#url, { cache, headers, signal: this.#attempt.signal } as RequestInit),
      'no answer',
    )
    throwForStatus(this.#url, response, missing)
    // 416: the file ends before the range, so the range is empty.
    this.isRange = response.status === 206 || response.status === 416
    this.from = rangeStart(response)
    if (response.ok) this.#reader = response.body?.getReader()
  }

  /** The next bytes, decompressed; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    return this.#reader && (await this.#unlessStalled(this.#reader.read(), 'the connection broke')).value
  }

  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
    this.#attempt.abort()
    this.#reader?.cancel().catch(() => undefined)
  }

  async #unlessStalled<T>(step: Promise<T>, failure: string): Promise<T> {
    const { stallMs, signal } = this.#options
    const stalled = new TransientError(`no byte came for ${stallMs / 1000} s`)
    const timer = setTimeout(() => this.#attempt.abort(stalled), stallMs)
    try {
      return await Promise.race([step, this.#aborted])
    } catch (cause) {
      signal?.throwIfAborted()
      if (this.#attempt.signal.aborted) throw this.#attempt.signal.reason
      throw new TransientError(failure, { cause })
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Limits the wait that a server asks for. */
const MAX_WAIT_MS = 30_000

/** Request timeout, too early, too many requests. */
const TRANSIENT_STATUSES = new Set([408, 425, 429])

function throwForStatus(url: string, { status, ok, headers }: Response, missing: RequestOptions['missing']): void {
  if (status === 404 || status === 410) {
    throw missing(`${url} does not exist (HTTP ${status}).`)
  }
  if (status >= 500 || TRANSIENT_STATUSES.has(status)) {
    const waitMs = 1000 * Number(headers.get('retry-after') ?? 0)
    throw new TransientError(`the server answered HTTP ${status}`, {}, waitMs > 0 ? Math.min(MAX_WAIT_MS, waitMs) : 0)
  }
  if (!ok && status !== 416) throw downloadError('download-failed', `${url}: the server answered HTTP ${status}.`)
  // Single-page servers answer 200 with their page for any path.
  if (headers.get('content-type')?.startsWith('text/html')) {
    throw missing(`${url} does not exist: the server answered with an HTML page.`)
  }
}

function rangeStart({ status, headers }: Response): number | undefined {
  const match = status === 206 ? /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') : null
  return match ? Number(match[1]) : undefined
}
