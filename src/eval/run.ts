import { toolError } from '../api/toolErrors.js'
import { parseLines } from './lines.js'
import { isHeader } from './texts.js'

/** One query's part of a TREC run: passage id → score. */
export type RunScores = ReadonlyMap<string, number>

/**
 * Passage ids best first, in trec_eval's order: by score as a 32-bit float, and among equal scores by id, the last in
 * byte order first. The rank column of a run file is ignored.
 */
export function trecOrder(scores: RunScores): string[] {
  return [...scores]
    .map(([id, score]) => ({ id, score: Math.fround(score) }))
    .sort((a, b) => (a.score === b.score ? compareBytes(b.id, a.id) : b.score > a.score ? 1 : -1))
    .map(entry => entry.id)
}

/**
 * Compares UTF-8 bytes, as strcmp does. That is the order of code points; JavaScript's `<` differs beyond U+FFFF.
 */
function compareBytes(a: string, b: string): number {
  const [left, right] = [[...a], [...b]]
  for (const [i, character] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    if (character !== other) return character.codePointAt(0)! - other.codePointAt(0)!
  }
  return left.length - right.length
}

/**
 * Scores for a run file from which trec_eval reads exactly the given order. A score that is not below the one before it
 * (a tie, or the first of a later block) becomes the next smaller 32-bit float.
 */
export function fallingScores(scores: readonly number[]): number[] {
  const single = new Float32Array(1)
  const bits = new Int32Array(single.buffer)
  let previous = Number.POSITIVE_INFINITY
  const falling = scores.map(score => {
    single[0] = score
    if (!(single[0] < previous)) {
      single[0] = previous
      // Adjacent floats have adjacent bits; the sign bit reverses the direction, and the first negative follows +0.
      bits[0] = previous > 0 ? bits[0]! - 1 : previous === 0 ? 0x80000001 | 0 : bits[0]! + 1
    }
    previous = single[0]
    return previous
  })
  // Below the smallest float, fall back to ranks.
  return falling.every(Number.isFinite) ? falling : scores.map((_, place) => scores.length - place)
}

/**
 * One query as lines of a TREC run, `qid Q0 pid rank score tag`.
 * @throws RerankError `bad-data` for an id with blanks, which the format cannot hold
 */
export function formatRun(queryId: string, ranked: readonly { id: string; score: number }[], tag: string): string {
  const scores = fallingScores(ranked.map(entry => entry.score))
  for (const id of [queryId, tag, ...ranked.map(entry => entry.id)]) {
    if (!/^\S+$/.test(id)) throw toolError('bad-data', `${JSON.stringify(id)} cannot be written to a TREC run`)
  }
  return ranked.map(({ id }, i) => `${queryId} Q0 ${id} ${i + 1} ${scores[i]} ${tag}\n`).join('')
}

/**
 * Reads a run: TREC's `qid Q0 pid rank score tag`, MS MARCO's `qid pid rank`, or `qid pid rank score` (T2Ranking's).
 * Without scores, the ranks give the order.
 * @returns query id → scores
 * @throws RerankError bad-data with file and line, also for a passage that a query lists twice
 */
export async function readRun(path: string): Promise<Map<string, Map<string, number>>> {
  const run = new Map<string, Map<string, number>>()
  const add = (line: string, number: number) => {
    const entry = parseEntry(line, number)
    if (entry === undefined) return
    const [queryId, id, score] = entry
    const scores = run.get(queryId) ?? new Map<string, number>()
    if (scores.has(id)) throw new TypeError(`query ${queryId} lists ${id} a second time`)
    run.set(queryId, scores.set(id, score))
  }
  for await (const _ of parseLines(path, add));
  return run
}

function parseEntry(line: string, number: number): [queryId: string, id: string, score: number] | undefined {
  const columns = line.trim().split(/\s+/)
  if (number === 1 && isHeader(columns[0]!)) return undefined
  const [queryId, second, third, fourth, fifth] = columns as [string, string, string, string, string]
  if (columns.length === 6) return [queryId, third, asScore(fifth)]
  if (columns.length === 4) return [queryId, second, asScore(fourth)]
  if (columns.length === 3) return [queryId, second, -asScore(third)]
  throw new TypeError(`it has ${columns.length} columns, not "qid Q0 pid rank score tag" or "qid pid rank"`)
}

function asScore(column: string): number {
  const score = Number(column)
  if (column === '' || Number.isNaN(score)) throw new TypeError(`${JSON.stringify(column)} is not a number`)
  return score
}
