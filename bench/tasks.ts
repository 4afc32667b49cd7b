import { existsSync } from 'node:fs'
import { openData } from '../src/eval/openData.js'
import type { Task } from './engines.js'
import { passages } from './passages.js'

/** Rounds that are counted; one more warms up. */
export const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)

/**
 * What rounds ask, each something else, so that nothing comes from a cache: queries of `$BENCH_DATA/dl21.jsonl` with their first stage's 100
 * candidates; without such data made-up passages of the lengths that those of web documents have.
 */
export async function mixedTasks(): Promise<{ tasks: Task[]; source: string }> {
  const data = `${process.env.BENCH_DATA}/dl21.jsonl`
  if (!existsSync(data)) {
    const tasks = Array.from({ length: ROUNDS + 1 }, (_, round) => ({
      query: `which question is this, number ${round}?`,
      passages: passages(100, round + 1),
    }))
    return { tasks, source: 'lists of 100 made-up passages, lengths as in web documents' }
  }
  const tasks: Task[] = []
  const { queries } = await openData({ data, top: 100, limit: ROUNDS + 1 })
  for await (const { text, candidates } of queries) {
    tasks.push({ query: text, passages: (await candidates()).map(passage => passage.text) })
  }
  return { tasks, source: 'TREC DL 2021 queries, each with the 100 candidates of its first stage' }
}

/** Prompts of about 128 tokens, all alike. */
export function fixedTasks(): Task[] {
  return Array.from({ length: ROUNDS + 1 }, (_, round) => ({
    query: `which question is this, number ${round}?`,
    passages: passages(100, round + 1, 112),
  }))
}
