import { RerankError } from '../api/errors.js'
import { TransientError } from '../util/retry.js'

export interface RequestOptions {
  /** First byte wanted, and the one behind the last. */
  range?: { from: number; to: number } | undefined
  cache: RequestCache
  /** Milliseconds without a byte after which the attempt ends. */
  stallMs: number
  signal?: AbortSignal | undefined
}

/**
 * Asks a server once.
 * @throws TransientError, or RerankError where asking again is of no use
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

/** An answer whose body is read piece by piece; an attempt that stalls or is aborted ends with an error. */
export class Answer {
  /** Whether the server says that it sends the range. */
  partial = false
  /** First byte of the range that the server says it sends. Across origins a browser hides it unless the server exposes the header. */
  from: number | undefined

  readonly #ending = new AbortController()
  /** Rejects when the attempt ends, also where a service worker made the answer and the body does not follow the signal. */
  readonly #ended = new Promise<never>((_, reject) => {
    this.#ending.signal.addEventListener('abort', () => reject(this.#ending.signal.reason))
  })
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  readonly #abort = () => this.#ending.abort(this.#options.signal!.reason)

  readonly #url: string
  readonly #options: RequestOptions

  constructor(url: string, options: RequestOptions) {
    this.#url = url
    this.#options = options

    this.#ended.catch(() => undefined)
  }

  async open(): Promise<void> {
    const { range, cache, signal } = this.#options
    signal?.throwIfAborted()
    signal?.addEventListener('abort', this.#abort)
    // A single range needs no preflight across origins. `If-Range` would; it is not needed either, for a file that was changed fails its hashes.
    const headers = range ? { Range: `bytes=${range.from}-${range.to - 1}` } : {}
    const response = await this.#soon(fetch(this.#url, { cache, headers, signal: this.#ending.signal }), 'no answer')
    refuse(this.#url, response)
    // 416: the file ends before the range; that is a part, and an empty one.
    this.partial = response.status === 206 || response.status === 416
    this.from = rangeStart(response)
    if (response.ok) this.#reader = response.body?.getReader()
  }

  /** The next bytes, decoded where the server compressed them; nothing at the end. */
  async next(): Promise<Uint8Array | undefined> {
    return this.#reader && (await this.#soon(this.#reader.read(), 'the connection broke')).value
  }

  close(): void {
    this.#options.signal?.removeEventListener('abort', this.#abort)
    this.#ending.abort()
    this.#reader?.cancel().catch(() => undefined)
  }

  async #soon<T>(step: Promise<T>, failure: string): Promise<T> {
    const { stallMs, signal } = this.#options
    const stalled = new TransientError(`no byte came for ${stallMs / 1000} s`)
    const clock = setTimeout(() => this.#ending.abort(stalled), stallMs)
    try {
      return await Promise.race([step, this.#ended])
    } catch (cause) {
      signal?.throwIfAborted()
      if (this.#ending.signal.aborted) throw this.#ending.signal.reason
      throw new TransientError(failure, { cause })
    } finally {
      clearTimeout(clock)
    }
  }
}

/** Request timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429])

function refuse(url: string, { status, ok, headers }: Response): void {
  if (status === 404 || status === 410) {
    throw new RerankError('model-not-found', `${url} does not exist (HTTP ${status}).`)
  }
  if (status >= 500 || PASSING.has(status)) {
    const seconds = Number(headers.get('retry-after') ?? 0)
    throw new TransientError(`the server answered HTTP ${status}`, {}, seconds > 0 ? 1000 * seconds : 0)
  }
  if (!ok && status !== 416) throw new RerankError('download-failed', `${url}: the server answered HTTP ${status}.`)
  // Single-page servers answer 200 with their page for any path.
  if (headers.get('content-type')?.startsWith('text/html')) {
    throw new RerankError('model-not-found', `${url} does not exist: the server answered with an HTML page.`)
  }
}

function rangeStart({ status, headers }: Response): number | undefined {
  const match = status === 206 ? /^bytes (\d+)-/.exec(headers.get('content-range') ?? '') : null
  return match ? Number(match[1]) : undefined
}
