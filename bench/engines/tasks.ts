import { existsSync } from 'node:fs'
import { openData } from '../../src/eval/openData.js'
import type { EvalCandidate, EvalQuery } from '../../src/eval/queries.js'
import type { Task } from './engines.js'
import { passages } from './passages.js'

/** Rounds that are counted; one more warms up. */
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)

const DL21 = `${process.env.BENCH_DATA}/dl21.jsonl`

/** Queries of `$BENCH_DATA/dl21.jsonl`, TREC DL 2021, with their first stage's 100 candidates. */
export async function trecQueries(limit: number): Promise<{ query: EvalQuery; candidates: EvalCandidate[] }[]> {
  const read = []
  const { queries } = await openData({ data: DL21, top: 100, limit })
  for await (const query of queries) {
    read.push({ query, candidates: await query.candidates() })
    if (read.length === limit) break
  }
  return read
}

export const taskOf = ({ query, candidates }: { query: EvalQuery; candidates: EvalCandidate[] }): Task => ({
  query: query.text,
  passages: candidates.map(({ text }) => text),
})

/**
 * What rounds ask, each something else, so that nothing comes from a cache: TREC's queries; without them made-up
 * passages of the lengths that those of web documents have.
 */
export async function mixedTasks(): Promise<{ tasks: Task[]; source: string }> {
  if (!existsSync(DL21))
    return { tasks: madeUp(), source: 'lists of 100 made-up passages, lengths as in web documents' }
  const tasks = (await trecQueries(ROUNDS + 1)).map(taskOf)
  return { tasks, source: 'TREC DL 2021 queries, each with the 100 candidates of its first stage' }
}

/** Prompts of about 128 tokens, all alike. */
export const fixedTasks = (): Task[] => madeUp(112)

function madeUp(words?: number): Task[] {
  return Array.from({ length: ROUNDS + 1 }, (_, round) => ({
    query: `which question is this, number ${round}?`,
    passages: passages(100, round + 1, words),
  }))
}
