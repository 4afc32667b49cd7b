import type { HttpError } from './httpError.js'
import type { Endpoint, Protocol } from './protocols.js'
import type { ServedRequest } from './readRequest.js'

/** A passage's score, and its place in the request. */
export interface ServedResult {
  index: number
  score: number
}

export interface Answer {
  id: string
  /** The model's name. */
  model: string
  asked: ServedRequest
  /** The best first. */
  results: ServedResult[]
}

/** Clients read and add up these numbers. The model tells the server of no tokens. */
const USAGE = { prompt_tokens: 0, total_tokens: 0 }

/**
 * A monotone map to (0, 1), for clients that cut at 0 or expect at most 1. Never its ends, to which the logistic
 * function is rounded. It is no probability: MVP's scores depend on the whole list.
 */
export function toUnit(score: number): number {
  return Math.min(Math.max(1 / (1 + Math.exp(-score)), Number.MIN_VALUE), 1 - Number.EPSILON / 2)
}

/** The protocol's form of an answer. */
export function writeAnswer(task: Endpoint['task'], protocol: Protocol, answer: Answer): unknown {
  const { id, model, asked, results } = answer
  if (task === 'score') return writeScores(answer)
  const { echo } = asked
  if (protocol === 'tei') {
    return results.map(({ index, score }) => ({ index, ...(echo ? { text: textOf(echo[index]) } : {}), score }))
  }
  const rows = results.map(({ index, score }) => ({
    index,
    relevance_score: score,
    ...(echo ? { document: documentOf(protocol, echo[index]) } : {}),
  }))
  switch (protocol) {
    case 'cohere':
      return { id, results: rows, meta: { api_version: { version: '2' } } }
    case 'jina':
      // Cohere's first version has the same path; its clients read `id`, `results` and `meta`.
      return { id, model, object: 'list', usage: USAGE, results: rows, meta: { api_version: { version: '1' } } }
    case 'vllm':
      return { id, model, usage: USAGE, results: rows }
    case 'infinity':
      return { object: 'rerank', results: rows, model, usage: USAGE, id, created: now() }
  }
}

/** vLLM's: in the order of the pairs. */
function writeScores({ id, model, results }: Answer): unknown {
  const data = [...results].sort((a, b) => a.index - b.index).map(result => ({ object: 'score', ...result }))
  return { id, object: 'list', created: now(), model, data, usage: USAGE }
}

const now = () => Math.floor(Date.now() / 1000)

/** Infinity sends a text back as it is, the others in an object. */
function documentOf(protocol: Protocol, document: unknown): unknown {
  if (protocol === 'infinity') return textOf(document)
  return typeof document === 'string' ? { text: document } : document
}

function textOf(document: unknown): unknown {
  return typeof document === 'string' ? document : (document as { text?: unknown }).text
}

/** TEI's names of errors. */
function teiType(status: number): string {
  if (status === 429) return 'Overloaded'
  if (status === 503) return 'Unhealthy'
  return status < 500 ? 'Validation' : 'Backend'
}

/** vLLM's names of errors, after those of OpenAI. */
function vllmType(status: number): string {
  if (status === 401) return 'AuthenticationError'
  if (status === 404) return 'NotFoundError'
  if (status === 429) return 'RateLimitError'
  return status < 500 ? 'BadRequestError' : 'InternalServerError'
}

/** The protocol's form of an error, with the stable code beside it. */
export function writeError(protocol: Protocol | undefined, { status, code, message }: HttpError): unknown {
  switch (protocol) {
    case 'tei':
      return { error: message, error_type: teiType(status), code }
    case 'jina':
      return { detail: message, code }
    case 'vllm':
    case 'infinity':
      return { error: { message, type: vllmType(status), param: null, code: status }, code }
    default:
      return { message, code }
  }
}
