import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { RerankError } from '../api/errors.js'
import type { RankOptions, Reranker } from '../api/ranking.js'
import { linkSignals } from '../util/abort.js'
import { allowOrigins } from './cors.js'
import { type CutTokens, cut } from './cutPassage.js'
import { HttpError } from './httpError.js'
import type { Log } from './log.js'
import { Metrics } from './metrics.js'
import { ModelNames } from './modelNames.js'
import { infoPage, modelsPage } from './pages.js'
import { cleanPath, ENDPOINTS, type Endpoint, PAGES, protocolOf } from './protocols.js'
import { readJson } from './readBody.js'
import { readRequest, type ServedRequest } from './readRequest.js'
import { RequestQueue } from './requestQueue.js'
import { type ServedResult, toUnit, writeAnswer, writeError } from './writeAnswer.js'

export interface ServerOptions {
  host: string
  /** 0: any free port. */
  port: number
  /** The number of requests that may wait. One is ranked at a time. */
  queue: number
  maxPassages: number
  maxBytes: number
  /** Bearer token that requests must carry. */
  key?: string
  /** The origins whose pages may send requests; `*`: all. */
  allowOrigins?: readonly string[]
  /**
   * The names by which requests may ask for the model. Answers have the first.
   * @default the model's own name
   */
  modelNames?: readonly string[]
  /**
   * Whether requests may also ask for a model of any other name.
   * @default false
   */
  anyModel?: boolean
  rank: RankOptions
  log: Log
}

/** For requests before the model is loaded, and while the server stops. */
const RETRY_SOON = { 'retry-after': '1' }

/**
 * In the header `accept`: leave scores as the model gives them. A client of any protocol can ask for them so, without a
 * field that another service would refuse.
 */
const RAW_SCORES = /;\s*scores="?raw\b/

/**
 * An HTTP server that speaks the rerank protocols. It listens at once and is ready when the model is loaded.
 */
export class RerankServer {
  readonly #http: Server
  // One list at a time: the reranker queues them anyway.
  readonly #queue: RequestQueue
  readonly #metrics: Metrics
  #served: Served | undefined
  #stopping = false
  /** Aborts running requests when the grace period ends. */
  readonly #ending = new AbortController()

  readonly #options: ServerOptions

  constructor(options: ServerOptions) {
    this.#options = options

    this.#queue = new RequestQueue(1, options.queue)
    this.#metrics = new Metrics(() => ({
      running: this.#queue.running,
      waiting: this.#queue.waiting,
      ready: this.#ready,
      info: labels(this.#served?.reranker),
    }))
    this.#http = createServer({ requestTimeout: 30_000 }, (request, response) => void this.#handle(request, response))
  }

  get #ready(): boolean {
    return this.#served !== undefined && !this.#stopping
  }

  /** @returns the address it listens at */
  listen(): Promise<string> {
    const { host, port } = this.#options
    return new Promise((resolve, reject) => {
      this.#http.once('error', reject)
      this.#http.listen(port, host, () => {
        const { address, family, port } = this.#http.address() as AddressInfo
        resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`)
      })
    })
  }

  /** @param cutTokens cuts a passage where a request limits its tokens */
  serve(reranker: Reranker, cutTokens: CutTokens): void {
    const { modelNames = [], anyModel = false } = this.#options
    const [name = reranker.info.model, ...others] = modelNames
    const models = new ModelNames([name, ...others], anyModel)
    this.#served = { reranker, cutTokens, models, since: Math.floor(Date.now() / 1000) }
  }

  /** Shuts down gracefully: refuses new requests, and resolves once all others are answered, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true
    const closed = new Promise<void>(resolve => this.#http.close(() => resolve()))
    this.#http.closeIdleConnections()
    const late = setTimeout(() => {
      this.#ending.abort(new HttpError(503, 'stopping', 'The server stopped before this request was answered.'))
      // Connections that are still open have clients that do not read.
      setTimeout(() => this.#http.closeAllConnections(), 1000).unref()
    }, graceMs)
    await closed
    clearTimeout(late)
    await this.#served?.reranker.dispose()
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = cleanPath(request.url ?? '/')
    const endpoint = ENDPOINTS.get(path)
    if (allowOrigins(this.#options.allowOrigins ?? [], request, response)) return
    if (endpoint) await this.#answerRequest(endpoint, request, response)
    else this.#answerPage(path, request, response)
  }

  #answerPage(path: string, request: IncomingMessage, response: ServerResponse): void {
    const page = PAGES.find(known => known === path)
    if (page === undefined) {
      send(response, 404, notFound())
      return
    }
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new HttpError(405, 'bad-request', 'Use GET.', { allow: 'GET, HEAD' })
      }
      this.#sendPage(page, request, response)
    } catch (cause) {
      const error = toHttpError(cause)
      send(response, error.status, writeError(undefined, error), this.#connection(error.headers))
    }
  }

  /** @throws HttpError 401 or 503 */
  #sendPage(page: (typeof PAGES)[number], request: IncomingMessage, response: ServerResponse): void {
    if (page.endsWith('/health')) send(response, 200, { status: 'ok' })
    else if (page === '/ready') {
      const status = this.#ready ? 'ready' : this.#stopping ? 'stopping' : 'loading'
      send(response, this.#ready ? 200 : 503, { status }, this.#ready ? {} : RETRY_SOON)
    } else if (page === '/metrics') {
      send(response, 200, this.#metrics.text(), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    } else {
      const { reranker, models, since } = this.#admit(request)
      const limits = { requests: this.#options.queue + 1, maxPassages: this.#options.maxPassages }
      const owner = page === '/v1/models' ? 'mvp-rerank' : undefined
      const { info } = reranker
      send(response, 200, page === '/info' ? infoPage(info, models, limits) : modelsPage(info, models, since, owner))
    }
  }

  async #answerRequest(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = randomUUID()
    const gone = new AbortController()
    response.on('close', () => {
      if (!response.writableFinished) gone.abort(new HttpError(499, 'gone', 'The client has gone.'))
    })
    const started = performance.now()
    let fields: Record<string, string | number> = {}
    let status = 200
    let protocol = endpoint.unread
    try {
      if (request.method !== 'POST') throw new HttpError(405, 'bad-request', 'Use POST.', { allow: 'POST' })
      const served = this.#admit(request)
      const { models } = served
      const body = await readJson(request, this.#options.maxBytes)
      protocol = protocolOf(endpoint, body)
      const asked = readRequest(endpoint.task, protocol, body, models, this.#options.maxPassages)
      asked.raw ||= RAW_SCORES.test(request.headers.accept ?? '')
      const { controller, release } = linkSignals([gone.signal, this.#ending.signal])
      const { results, ...counts } = await this.#rank(served, asked, controller.signal).finally(release)
      fields = counts
      const answer = writeAnswer(endpoint.task, protocol, { id, model: models.served, asked, results })
      send(response, 200, answer, this.#connection({ 'x-request-id': id }))
    } catch (cause) {
      const error = toHttpError(cause)
      status = error.status
      fields = { code: error.code }
      send(response, status, writeError(protocol, error), this.#connection({ 'x-request-id': id, ...error.headers }))
    }
    this.#metrics.answered(protocol, status)
    this.#options.log('request', { id, protocol, status, ms: round(performance.now() - started), ...fields })
  }

  /** @throws HttpError 401 or 503 */
  #admit({ headers }: IncomingMessage): Served {
    const { key } = this.#options
    if (key !== undefined && !equalSecrets(headers.authorization ?? '', `Bearer ${key}`)) {
      throw new HttpError(401, 'unauthorized', 'The key is missing or wrong.', { 'www-authenticate': 'Bearer' })
    }
    if (!this.#served) throw new HttpError(503, 'loading', 'The model is being loaded.', RETRY_SOON)
    if (this.#stopping) throw new HttpError(503, 'stopping', 'The server is about to stop.', RETRY_SOON)
    return this.#served
  }

  async #rank({ reranker, cutTokens }: Served, { lists, topK, maxTokens, raw }: ServedRequest, signal: AbortSignal) {
    const came = performance.now()
    const leave = await this.#queue.enter(signal)
    const began = performance.now()
    try {
      const options = { ...this.#options.rank, ...(topK === undefined ? {} : { topK }), signal }
      const results: ServedResult[] = []
      for (const { query, passages, places } of lists) {
        const read = maxTokens === undefined ? passages : passages.map(passage => cut(passage, maxTokens, cutTokens))
        const ranking = await reranker.rank(query, read, { ...options, format: 'cohere' })
        for (const { index, relevance_score } of ranking.results) {
          results.push({ index: places[index]!, score: raw ? relevance_score : toUnit(relevance_score) })
        }
      }
      const rankMs = performance.now() - began
      const passages = lists.reduce((sum, list) => sum + list.passages.length, 0)
      this.#metrics.rankedList(passages, rankMs)
      return { results, passages, waitMs: round(began - came), rankMs: round(rankMs) }
    } finally {
      leave()
    }
  }

  /** While stopping, connections are not kept alive. */
  #connection(headers: Record<string, string>): Record<string, string> {
    return this.#stopping ? { ...headers, connection: 'close' } : headers
  }
}

interface Served {
  reranker: Reranker
  cutTokens: CutTokens
  models: ModelNames
  /** Since when, in seconds. */
  since: number
}

/** What there is, for a client that guessed a path. */
function notFound() {
  const paths = [...[...ENDPOINTS.keys()].map(path => `POST ${path}`), ...PAGES.map(path => `GET ${path}`)]
  return { message: `There is nothing at this path. There is: ${paths.join(', ')}.`, code: 'not-found', paths }
}

function toHttpError(cause: unknown): HttpError {
  if (cause instanceof HttpError) return cause
  if (cause instanceof RerankError) {
    const status = ['bad-query', 'bad-passage', 'bad-option', 'unsupported'].includes(cause.code) ? 422 : 500
    return new HttpError(status, cause.code, cause.message)
  }
  return new HttpError(500, 'failed', 'The ranking failed.')
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  // The client has gone.
  if (response.destroyed || response.headersSent) return
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  response.end(text)
}

/** Compares in constant time. */
function equalSecrets(a: string, b: string): boolean {
  const [left, right] = [a, b].map(text => createHash('sha256').update(text).digest())
  return timingSafeEqual(left!, right!)
}

function labels(reranker: Reranker | undefined): string {
  if (!reranker) return ''
  const { model, device, precision, depth, versions } = reranker.info
  const all = { model, device, precision, depth, version: versions['mvp-rerank'] }
  return Object.entries(all)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, '_')}"`)
    .join()
}

function round(ms: number): number {
  return Math.round(10 * ms) / 10
}
