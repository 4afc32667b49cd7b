import { RerankError } from '../errors.js'
import { decodeLine, readLines } from './lines.js'
import type { Qrels } from './metrics.js'

/** A query with the candidates of a first stage and what judges say of them: one line of the MVP authors' format. */
export interface EvalQuery {
  id: string
  text: string
  /** In the file's order, which is the first stage's. */
  candidates: EvalCandidate[]
  qrels: Qrels
}

export interface EvalCandidate {
  /** Belongs to its query: in some sets the ids start anew with each query. */
  id: string
  title: string
  text: string
  firstStageScore?: number
}

/**
 * Reads queries one by one from JSON lines `{qid, q_text, bm25_results: [{pid, title, text, bm25_score}], qrels: {pid: grade}}`, plain or
 * compressed (`.gz`, `.xz`). A pid that a query lists twice counts once, at its first place.
 * @throws RerankError bad-data with file and line; `index` is the line's number, from 1
 */
export async function* readQueries(path: string): AsyncGenerator<EvalQuery, void, undefined> {
  let number = 0
  for await (const line of readLines(path)) {
    number++
    try {
      const text = decodeLine(line)
      if (text.trim() !== '') yield parseQuery(JSON.parse(text))
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new RerankError('bad-data', `${path}:${number}: ${reason}`, { cause, index: number })
    }
  }
}

function parseQuery(line: unknown): EvalQuery {
  const { qid, q_text, bm25_results, qrels } = asObject(line, 'the line')
  if (typeof q_text !== 'string') throw new TypeError('q_text is not a string')
  if (!Array.isArray(bm25_results)) throw new TypeError('bm25_results is not a list')
  const candidates = new Map<string, EvalCandidate>()
  for (const [i, result] of bm25_results.entries()) {
    const candidate = parseCandidate(result, `bm25_results[${i}]`)
    if (!candidates.has(candidate.id)) candidates.set(candidate.id, candidate)
  }
  return { id: asId(qid, 'qid'), text: q_text, candidates: [...candidates.values()], qrels: parseQrels(qrels) }
}

function parseCandidate(result: unknown, where: string): EvalCandidate {
  const { pid, title = '', text, bm25_score } = asObject(result, where)
  if (typeof text !== 'string') throw new TypeError(`${where}.text is not a string`)
  if (typeof title !== 'string' && title !== null) throw new TypeError(`${where}.title is not a string`)
  const score = typeof bm25_score === 'number' ? { firstStageScore: bm25_score } : {}
  return { id: asId(pid, `${where}.pid`), title: title ?? '', text, ...score }
}

function parseQrels(qrels: unknown): Qrels {
  const grades = Object.entries(asObject(qrels, 'qrels')).map(([id, grade]): [string, number] => {
    if (!Number.isInteger(grade))
      throw new TypeError(`the grade of ${JSON.stringify(id)} in qrels is not a whole number`)
    return [id, grade as number]
  })
  return new Map(grades)
}

function asObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError(`${where} is not an object`)
  return value as Record<string, unknown>
}

function asId(value: unknown, where: string): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new TypeError(`${where} is not a string`)
  return String(value)
}
