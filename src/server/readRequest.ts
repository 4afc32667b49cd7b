import { HttpError } from './httpError.js'
import type { ModelNames } from './modelNames.js'
import type { Endpoint, Protocol } from './protocols.js'

type Passage = string | { title?: string; text: string }

/** Passages that are ranked together. */
export interface PassageList {
  query: string
  passages: Passage[]
  /** The place of each passage in the request. */
  places: number[]
}

export interface ServedRequest {
  /** One for a list to rerank; for pairs to score, one for each query. */
  lists: PassageList[]
  topK?: number
  /** Cut each passage after this many tokens. */
  maxTokens?: number
  /** The passages as they came, if the answer is to hold them. */
  echo?: readonly unknown[]
  /** Leave scores as the model gives them. */
  raw: boolean
}

type Fields = Record<string, unknown>

/** The names that vLLM gives to the two sides of pairs. */
const SIDES = [
  ['text_1', 'text_2'],
  ['data_1', 'data_2'],
  ['queries', 'documents'],
  ['queries', 'items'],
] as const

/** Types of the values that a field to rank by may have. */
const SCALARS = new Set(['string', 'number', 'boolean'])

/**
 * Reads a request body. Ignores fields of the protocols that do not apply (`priority`, `truncate` …): the model
 * truncates long passages itself.
 * @throws HttpError 413 for too long a list, 404 for another model, 422 for any other fault
 */
export function readRequest(
  task: Endpoint['task'],
  protocol: Protocol,
  body: unknown,
  models: ModelNames,
  maxPassages: number,
): ServedRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw wrong('The body is no JSON object.')
  const fields = body as Fields
  models.check(fields.model)
  const raw = readFlag(fields, 'raw_scores') || !usesActivation(fields)
  if (task === 'score') return { lists: readPairs(fields, maxPassages), raw }
  if ('documents' in fields && 'texts' in fields) throw wrong('Send `documents` or `texts`, not both.')
  const name = protocol === 'tei' ? 'texts' : 'documents'
  const query = readQuery(fields.query, 'query')
  const rankFields = protocol === 'tei' ? undefined : readRankFields(fields.rank_fields)
  const passages = readPassages(fields[name], name, maxPassages, protocol !== 'tei', rankFields)
  const topK = readTop(fields, protocol)
  const maxTokens = readCount(fields, 'max_tokens_per_doc')
  return {
    lists: [{ query, passages, places: passages.map((_, place) => place) }],
    ...(topK === undefined ? {} : { topK }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(returnsTexts(fields, protocol) ? { echo: fields[name] as unknown[] } : {}),
    raw,
  }
}

/** vLLM has two names for it, an older one and a newer one. It serves rerank at all three paths. */
function usesActivation(fields: Fields): boolean {
  return readFlag(fields, 'use_activation', readFlag(fields, 'activation', true))
}

/** vLLM always sends the documents back; Infinity, Jina and Cohere if they are asked to. */
function returnsTexts(fields: Fields, protocol: Protocol): boolean {
  return protocol === 'tei'
    ? readFlag(fields, 'return_text')
    : readFlag(fields, 'return_documents', protocol === 'vllm')
}

/** Pairs of one query are ranked together, since the scores of a list depend on all of it. */
function readPairs(fields: Fields, most: number): PassageList[] {
  const [left, right] = SIDES.find(names => names.every(name => name in fields)) ?? SIDES[0]
  const queries = asList(fields[left]).map((query, i) => readQuery(query, `${left}[${i}]`))
  const passages = readPassages(asList(fields[right]), right, most, true)
  if (queries.length !== 1 && queries.length !== passages.length) {
    const counts = `${queries.length} and ${passages.length}`
    throw wrong(`\`${left}\` must be one text, or as many as \`${right}\`; there are ${counts}.`)
  }
  const lists = new Map<string, PassageList>()
  for (const [place, passage] of passages.entries()) {
    const query = queries[queries.length === 1 ? 0 : place]!
    const list = lists.get(query) ?? { query, passages: [], places: [] }
    list.passages.push(passage)
    list.places.push(place)
    lists.set(query, list)
  }
  return [...lists.values()]
}

const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value])

function readQuery(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') {
    throw wrong(`\`${name}\` must be a string that is not empty.`, 'bad-query')
  }
  return value
}

/** @param objects whether a passage may also be an object, whose text is in `text` or in the fields to rank by */
function readPassages(
  list: unknown,
  name: string,
  most: number,
  objects: boolean,
  rankFields?: readonly string[],
): Passage[] {
  if (!Array.isArray(list) || list.length === 0) {
    throw wrong(`\`${name}\` must be a list of at least one text.`, 'bad-passage')
  }
  if (list.length > most) {
    throw new HttpError(413, 'too-many-passages', `\`${name}\` has ${list.length} texts; at most ${most} are taken.`)
  }
  const wanted = rankFields ? 'with one of `rank_fields`' : 'with a string in `text`'
  return list.map((item: unknown, i) => {
    if (typeof item === 'string') return item
    const fields = objects && typeof item === 'object' && item !== null ? (item as Fields) : {}
    const passage = rankFields ? joinFields(fields, rankFields) : passageOf(fields)
    if (passage === undefined) {
      throw wrong(`\`${name}[${i}]\` is no string${objects ? ` or object ${wanted}` : ''}.`, 'bad-passage')
    }
    return passage
  })
}

function passageOf({ title, text }: Fields): Passage | undefined {
  if (typeof text !== 'string') return undefined
  return typeof title === 'string' ? { title, text } : { text }
}

function joinFields(fields: Fields, names: readonly string[]): string | undefined {
  const values = names.map(name => fields[name]).filter(value => SCALARS.has(typeof value))
  // By a space, as the prompt joins title and text.
  return values.length === 0 ? undefined : values.join(' ')
}

/** Cohere's: the fields of the documents that are read, in this order. */
function readRankFields(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined
  if (!Array.isArray(value) || value.length === 0 || value.some(name => typeof name !== 'string')) {
    throw wrong('`rank_fields` must be a list of names.')
  }
  return value
}

function readTop(fields: Fields, protocol: Protocol): number | undefined {
  const name = fields.top_n === undefined || fields.top_n === null ? 'top_k' : 'top_n'
  // vLLM's own default.
  return protocol === 'vllm' && fields[name] === 0 ? undefined : readCount(fields, name)
}

function readCount(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? undefined
  if (value === undefined) return undefined
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw wrong(`\`${name}\` must be a whole number from 1 on.`)
  return value as number
}

function readFlag(fields: Fields, name: string, fallback = false): boolean {
  const value = fields[name] ?? fallback
  if (typeof value !== 'boolean') throw wrong(`\`${name}\` must be true or false.`)
  return value
}

function wrong(message: string, code = 'bad-request'): HttpError {
  return new HttpError(422, code, message)
}
