import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Ranking } from '../api/ranking.js'
import type { RemoteOptions, RemoteProtocol } from './types.js'

export const KEY = 'sk-very-secret-0123456789'
export const passages = [
  'short',
  { id: 'long', title: 'A title', text: 'and a long text', extra: 1 },
  { id: 7, text: 'middle length' },
]
/** Places by the length of title and text, longest first. */
export const order = [1, 2, 0]

export const places = ({ results }: Ranking) => results.map(result => result.index)

/** Replaces the answer to one request. */
export type Fault = (response: ServerResponse, answer: string) => void

export const status =
  (code: number, body: object = {}, headers: Record<string, string> = {}): Fault =>
  response =>
    response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
export const reset: Fault = response => void response.socket!.destroy()
export const silence: Fault = () => {}
/** Breaks in the middle of the body. */
export const half: Fault = (response, answer) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
  response.write(answer.slice(0, answer.length / 2), () => response.socket!.destroy())
}
export const saying =
  (body: unknown): Fault =>
  response =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

interface Received {
  path: string
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
  at: number
}

const PATHS: Record<string, RemoteProtocol> = { '/v2/rerank': 'cohere', '/v1/rerank': 'jina', '/rerank': 'tei' }

/**
 * A service that scores a text by its length. It answers as Cohere, Jina and TEI do, after all queued faults.
 */
export async function faultyService() {
  const faults: Fault[] = []
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = JSON.parse(Buffer.concat(parts).toString())
    received.push({ path: request.url!, headers: request.headers, body, at: performance.now() })
    const protocol = PATHS[request.url!]
    if (!protocol) return response.writeHead(404).end('{}')
    const answer = JSON.stringify(answerOf(protocol, body))
    const fault = faults.shift() ?? saying(answer)
    fault(response, answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, faults, received, close }
}

function answerOf(protocol: RemoteProtocol, body: { documents?: string[]; texts?: string[]; top_n?: number }) {
  const texts = protocol === 'tei' ? body.texts! : body.documents!
  const scored = texts
    .map((text, index) => ({ index, score: text.length }))
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, body.top_n)
  if (protocol === 'tei') return scored
  const results = scored.map(({ index, score }) => ({ index, relevance_score: score }))
  return protocol === 'cohere'
    ? { id: 'x', results, meta: { api_version: { version: '2' }, billed_units: { search_units: 1 } } }
    : { model: 'm', object: 'list', usage: { total_tokens: 1 }, results }
}

/** A reranker that records its queries. Its order differs from the service's. */
export function fakeReranker() {
  const asked: string[] = []
  let disposed = 0
  const local = {
    info: undefined,
    async rank(query: string, list: readonly unknown[]) {
      asked.push(query)
      const results = list.map((passage, index) => ({ index, score: -index, stage: 0, passage }))
      return { results, done: true, encoded: list.length, total: list.length }
    },
    async dispose() {
      disposed++
    },
  }
  return { asked, local: local as unknown as NonNullable<RemoteOptions['fallback']>, disposals: () => disposed }
}
