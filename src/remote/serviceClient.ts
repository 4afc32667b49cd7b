import { RerankError, type RerankErrorOptions } from '../api/errors.js'
import { serviceError } from '../api/serviceErrors.js'
import { TransientError, withRetry } from '../util/retry.js'
import { PROTOCOLS, readAnswer, type ServiceResult } from './protocol.js'
import type { RemoteOptions, RemoteProtocol } from './types.js'

const PAUSE_MS = 250
/** The number of characters of a service's message that an error repeats. */
const MESSAGE_LENGTH = 200
/** `mvp-rerank serve` then leaves scores as they are, in every protocol. Other services ignore the parameter. */
const ACCEPT = 'application/json;scores=raw,application/json'

/** The same request may succeed later. TEI answers 424 if its backend failed. */
const TRANSIENT_STATUSES = new Set([408, 424, 425, 429, 500, 502, 503, 504])

export interface ServiceRequest {
  query: string
  texts: readonly string[]
  topK?: number | undefined
  signal: AbortSignal
  /** By `performance.now()`. */
  deadlineAt: number
}

/** A client of a rerank service, with retries. */
export class ServiceClient {
  readonly protocol: RemoteProtocol
  /** Without the query string, which may hold a secret. */
  readonly address: string
  // #private, so printing a reranker cannot print its key.
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
    // The error of `fetch` would quote the key.
    if (this.#key !== undefined && !/^[\x21-\x7e]+$/.test(this.#key)) {
      throw new RerankError('bad-option', 'The key holds characters that no header can carry.')
    }
  }

  /** @throws RerankError `service-failed`, `service-refused` or `bad-answer`; or `signal.reason` */
  ask(request: ServiceRequest): Promise<ServiceResult[]> {
    const { signal, deadlineAt } = request
    const onFailure = (cause: TransientError, failures: number, waitMs: number) => {
      const isLast = failures > this.#retries
      if (!isLast && performance.now() + waitMs < deadlineAt) return
      const why = isLast ? '' : `, and to wait ${Math.ceil(waitMs / 1000)} s more would pass the deadline`
      const times = failures === 1 ? 'asked once' : `asked ${failures} times`
      throw serviceError('service-failed', `${this.address}: ${cause.message} (${times}${why}).`, { cause })
    }
    return withRetry(() => this.#attempt(request), { pauseMs: PAUSE_MS, signal, onFailure })
  }

  async #attempt({ query, texts, topK, signal }: ServiceRequest): Promise<ServiceResult[]> {
    const protocol = PROTOCOLS[this.protocol]
    const body = JSON.stringify(protocol.body(query, texts, this.#model, topK))
    const { response, text } = await this.#send(body, signal)
    const { status } = response
    if (TRANSIENT_STATUSES.has(status)) {
      throw new TransientError(
        `the service answered HTTP ${status}`,
        {},
        retryAfterMs(response.headers.get('retry-after')),
      )
    }
    if (!response.ok) throw this.#refusal(status, text)
    return readAnswer(protocol, parse(text), texts.length, Math.min(texts.length, topK ?? texts.length))
  }

  async #send(body: string, signal: AbortSignal) {
    const headers: Record<string, string> = { 'content-type': 'application/json', accept: ACCEPT }
    if (this.#key !== undefined) headers.authorization = `Bearer ${this.#key}`
    try {
      // A redirect's target must not get the key.
      const response = await fetch(this.#url, { method: 'POST', headers, body, signal, redirect: 'error' })
      return { response, text: await response.text() }
    } catch (cause) {
      signal.throwIfAborted()
      throw new TransientError('no answer, or the connection broke', { cause })
    }
  }

  #refusal(status: number, text: string): RerankError {
    const message = messageIn(text).slice(0, MESSAGE_LENGTH)
    // Some services quote the key that they refuse.
    const redacted = this.#key === undefined ? message : message.replaceAll(this.#key, '…')
    const said = redacted ? `: ${redacted}` : '.'
    return serviceError('service-refused', `${this.address} answered HTTP ${status}${said}`, remedyFor(status))
  }
}

function remedyFor(status: number): RerankErrorOptions {
  if (status === 401 || status === 403) return { remedy: 'Check the key.' }
  if (status === 413 || status === 422) return { remedy: 'Send fewer or shorter passages; see the option `split`.' }
  return {}
}

function locate(url: string | URL, protocol: RemoteProtocol): URL {
  if (!Object.hasOwn(PROTOCOLS, protocol)) {
    throw new RerankError('bad-option', `The protocol must be one of ${Object.keys(PROTOCOLS).join(', ')}.`)
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
    address.pathname = address.pathname.replace(/\/$/, '') + PROTOCOLS[protocol].path
  }
  return address
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw serviceError('bad-answer', 'The answer of the service is not JSON.')
  }
}

/** Cohere says `message`, Jina `detail`, TEI `error`. */
function messageIn(text: string): string {
  try {
    const { message, detail, error } = JSON.parse(text)
    return [message, detail, error].find(text => typeof text === 'string') ?? ''
  } catch {
    return ''
  }
}

/** The wait of a Retry-After header, in seconds or as a date, in milliseconds. */
function retryAfterMs(value: string | null): number {
  if (value === null) return 0
  const seconds = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : (Date.parse(value) - Date.now()) / 1000
  return Number.isFinite(seconds) ? Math.max(0, 1000 * seconds) : 0
}
