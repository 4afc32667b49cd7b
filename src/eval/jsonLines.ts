import { parseLines } from './lines.js'
import type { Qrels } from './metrics.js'
import type { EvalCandidate, EvalQuery } from './queries.js'
import { asId, asObject } from './texts.js'

/**
 * Reads queries one by one from JSON lines `{qid, q_text, bm25_results: [{pid, title, text, bm25_score}], qrels: {pid:
 * grade}}`, the MVP authors' format, plain or compressed (`.gz`, `.xz`). A pid that a query lists twice counts once, at
 * its first place.
 * @throws RerankError bad-data with file and line; `index` is the line's number, from 1
 */
export async function* readJsonLines(path: string): AsyncGenerator<EvalQuery, void, undefined> {
  for await (const { value } of parseLines(path, line => parseQuery(JSON.parse(line)))) yield value
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
  const inOrder = [...candidates.values()]
  return { id: asId(qid, 'qid'), text: q_text, qrels: parseQrels(qrels), candidates: async () => inOrder }
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
