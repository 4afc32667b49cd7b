import { RerankError } from '../api/errors.js'
import { sleep, TransientError } from '../util/retry.js'
import { readAnswer, type Scored, WIRES } from './protocol.js'
import type { RemoteOptions, RemoteProtocol } from './types.js'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 4000
/** What a service says of its refusal, and is passed on. */
const MESSAGE_LENGTH = 200

/** Too early, too many, or failed on the way: the same request may succeed later. 424 is what TEI says when its backend failed. */
const PASSING = new Set([408, 424, 425, 429, 500, 502, 503, 504])

export interface Asked {
  query: string
  texts: readonly string[]
  topK?: number | undefined
  /** Aborted when the call is given up. */
  signal: AbortSignal
  /** By `performance.now()`. */
  until: number
}

/** A rerank service, asked until it answers or patience ends. */
export class ServiceClient {
  readonly protocol: RemoteProtocol
  /** Without what follows a `?`, which may be a secret. */
  readonly address: string
  // Hard privacy: printing a reranker must not print its key.
  readonly #url: URL
  readonly #key: string | undefined
  readonly #model: string | undefined
  readonly #retries: number

  constructor(options: RemoteOptions) {
    this.#model = options.model
    this.#retries = options.retries ?? 3
    this.protocol = options.protocol ?? 'cohere'
    this.#url = locate(options.url, this.protocol)
    this.address = this.#url.origin + this.#url.pathname
    this.#key = options.key
    // A header's own complaint would quote it.
    if (this.#key !== undefined && !/^[\x21-\x7e]+$/.test(this.#key)) {
      throw new RerankError('bad-option', 'The key holds characters that no header can carry.')
    }
  }

  /**
   * Repeats a request that failed for a passing reason, as long as there is time.
   * @throws RerankError service-failed, service-refused or bad-answer; or `signal.reason`
   */
  async ask(asked: Asked): Promise<Scored[]> {
    for (let failures = 1; ; failures++) {
      try {
        return await this.#attempt(asked)
      } catch (cause) {
        asked.signal.throwIfAborted()
        if (!(cause instanceof TransientError)) throw cause
        // Those who lost the same service should not all come back at the same moment.
        const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
        const wait = Math.max(pause, cause.waitMs)
        const late = performance.now() + wait >= asked.until
        if (failures > this.#retries || late) {
          const why =
            failures > this.#retries ? '' : `, and to wait ${Math.ceil(wait / 1000)} s more would pass the deadline`
          const times = failures === 1 ? 'asked once' : `asked ${failures} times`
          throw new RerankError('service-failed', `${this.address}: ${cause.message} (${times}${why}).`, { cause })
        }
        await sleep(wait, asked.signal)
      }
    }
  }

  async #attempt({ query, texts, topK, signal }: Asked): Promise<Scored[]> {
    const wire = WIRES[this.protocol]
    const { ok, status, headers, text } = await this.#send(
      JSON.stringify(wire.body(query, texts, this.#model, topK)),
      signal,
    )
    if (PASSING.has(status)) {
      throw new TransientError(`the service answered HTTP ${status}`, {}, waitOf(headers.get('retry-after')))
    }
    if (!ok) throw this.#refusal(status, text)
    return readAnswer(wire, parse(text), texts.length, Math.min(texts.length, topK ?? texts.length))
  }

  async #send(body: string, signal: AbortSignal) {
    const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' }
    if (this.#key !== undefined) headers.authorization = `Bearer ${this.#key}`
    try {
      // A key must not follow to wherever an answer points.
      const response = await fetch(this.#url, { method: 'POST', headers, body, signal, redirect: 'error' })
      return { ok: response.ok, status: response.status, headers: response.headers, text: await response.text() }
    } catch (cause) {
      signal.throwIfAborted()
      throw new TransientError('no answer, or the connection broke', { cause })
    }
  }

  #refusal(status: number, text: string): RerankError {
    const said = messageIn(text).slice(0, MESSAGE_LENGTH)
    // Some services quote the key that they refuse.
    const told = this.#key === undefined ? said : said.replaceAll(this.#key, '…')
    return new RerankError('service-refused', `${this.address} answered HTTP ${status}${told ? `: ${told}` : '.'}`, {
      ...(status === 401 || status === 403 ? { remedy: 'Check the key.' } : {}),
      ...(status === 413 || status === 422
        ? { remedy: 'Send fewer or shorter passages; see the option `split`.' }
        : {}),
    })
  }
}

function locate(url: string | URL, protocol: RemoteProtocol): URL {
  if (!Object.hasOwn(WIRES, protocol)) {
    throw new RerankError('bad-option', `The protocol must be one of ${Object.keys(WIRES).join(', ')}.`)
  }
  let address: URL
  try {
    address = new URL(url, globalThis.document?.baseURI)
  } catch {
    // The cause would quote an address that may hold a secret.
    throw new RerankError('bad-option', 'The url of the service is no address.')
  }
  if (address.username || address.password) {
    throw new RerankError('bad-option', 'The url of the service must not hold a name or a password; pass `key`.')
  }
  if (!/\/rerank\/?$/.test(address.pathname)) {
    address.pathname = address.pathname.replace(/\/$/, '') + WIRES[protocol].path
  }
  return address
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new RerankError('bad-answer', 'The answer of the service is not JSON.')
  }
}

/** Cohere says `message`, Jina `detail`, TEI `error`. */
function messageIn(text: string): string {
  try {
    const { message, detail, error } = JSON.parse(text)
    return [message, detail, error].find(said => typeof said === 'string') ?? ''
  } catch {
    return ''
  }
}

/** Milliseconds of a Retry-After, in seconds or as a date. */
function waitOf(value: string | null): number {
  if (value === null) return 0
  const seconds = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, 1000 * seconds) : 0
}
