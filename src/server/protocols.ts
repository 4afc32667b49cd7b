import type { CohereRanking } from '../api/ranking.js'
import { HttpError } from './httpError.js'

/** A rerank protocol, recognised by the request's path. */
export type Protocol = 'cohere' | 'jina' | 'tei'

export const PATHS: ReadonlyMap<string, Protocol> = new Map([
  ['/v2/rerank', 'cohere'],
  ['/v1/rerank', 'jina'],
  ['/rerank', 'tei'],
])

export interface ServedRequest {
  query: string
  passages: (string | { title?: string; text: string })[]
  topK?: number
  /** Send each passage's text back. */
  returnText: boolean
  /** TEI: map scores to 0 … 1, unless the client asks for raw ones. */
  squash: boolean
}

type Fields = Record<string, unknown>

/**
 * Reads a request body. Ignores fields of the protocols that do not apply (`max_tokens_per_doc`, `priority`, `truncate`
 * …): the model truncates long passages itself.
 * @throws HttpError 413 for too long a list, 422 for any other fault
 */
export function readRequest(protocol: Protocol, body: unknown, model: string, maxPassages: number): ServedRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wrong('The body is no JSON object.')
  const fields = body as Fields
  checkModel(fields.model, model)
  if (typeof fields.query !== 'string' || fields.query === '') {
    throw wrong('`query` must be a string that is not empty.', 'bad-query')
  }
  const name = protocol === 'tei' ? 'texts' : 'documents'
  const passages = readPassages(fields[name], name, protocol !== 'tei', maxPassages)
  const topK = protocol === 'tei' ? undefined : readCount(fields.top_n)
  return {
    query: fields.query,
    passages,
    ...(topK === undefined ? {} : { topK }),
    returnText: readFlag(fields, protocol === 'tei' ? 'return_text' : 'return_documents'),
    squash: protocol === 'tei' && !readFlag(fields, 'raw_scores'),
  }
}

/** A client that names another model must not get this one's scores. */
function checkModel(asked: unknown, served: string): void {
  if (asked === undefined || asked === null || asked === served) return
  if (typeof asked !== 'string') throw wrong('`model` must be a string.')
  throw new HttpError(404, 'model-not-found', `This server has the model ${served} alone.`)
}

function readPassages(list: unknown, name: string, objects: boolean, most: number): ServedRequest['passages'] {
  if (!Array.isArray(list) || list.length === 0) {
    throw wrong(`\`${name}\` must be a list of at least one text.`, 'bad-passage')
  }
  if (list.length > most) {
    throw new HttpError(413, 'too-many-passages', `\`${name}\` has ${list.length} texts; at most ${most} are taken.`)
  }
  return list.map((item: unknown, i) => {
    if (typeof item === 'string') return item
    const { text, title } = (typeof item === 'object' && item !== null ? item : {}) as Fields
    if (!objects || typeof text !== 'string') {
      throw wrong(
        `\`${name}[${i}]\` is no ${objects ? 'string or object with a string in `text`' : 'string'}.`,
        'bad-passage',
      )
    }
    return typeof title === 'string' ? { title, text } : { text }
  })
}

function readCount(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined
  if (!Number.isSafeInteger(value) || (value as number) < 1) throw wrong('`top_n` must be a whole number from 1 on.')
  return value as number
}

function readFlag(fields: Fields, name: string): boolean {
  const value = fields[name] ?? false
  if (typeof value !== 'boolean') throw wrong(`\`${name}\` must be true or false.`)
  return value
}

function wrong(message: string, code = 'bad-request'): HttpError {
  return new HttpError(422, code, message)
}

/** The protocol's form of an answer. Scores are those of the library, as in a page. */
export function writeAnswer(
  protocol: Protocol,
  id: string,
  model: string,
  { passages, returnText, squash }: ServedRequest,
  { results }: CohereRanking,
): unknown {
  const textOf = (index: number) => {
    const passage = passages[index]!
    return typeof passage === 'string' ? passage : passage.text
  }
  if (protocol === 'tei') {
    return results.map(({ index, relevance_score }) => ({
      index,
      ...(returnText ? { text: textOf(index) } : {}),
      score: squash ? 1 / (1 + Math.exp(-relevance_score)) : relevance_score,
    }))
  }
  const ranked = results.map(result => (returnText ? { ...result, document: { text: textOf(result.index) } } : result))
  return protocol === 'cohere'
    ? { id, results: ranked, meta: { api_version: { version: '2' } } }
    : { id, model, object: 'list', results: ranked }
}

/** TEI's names of errors. */
function teiType(status: number): string {
  if (status === 429) return 'Overloaded'
  if (status === 503) return 'Unhealthy'
  return status < 500 ? 'Validation' : 'Backend'
}

/** The protocol's form of an error, with the stable code beside it. */
export function writeError(protocol: Protocol | undefined, { status, code, message }: HttpError): unknown {
  if (protocol === 'tei') return { error: message, error_type: teiType(status), code }
  if (protocol === 'jina') return { detail: message, code }
  return { message, code }
}
