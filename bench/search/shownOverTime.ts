import type { Candidate } from '../../src/api/search.js'
import { readingHead } from '../../src/element/readingHead.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import { exactFirst } from '../../src/search/exactFirst.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { siteFusion } from '../../src/search/siteFusion.js'

/** As in src/element/searchController.ts. */
const CANDIDATES = 50
const TYPING_PAUSE = 120

/** `BENCH_CLOCK=cpu`, for a busy machine: the CPU time of this process, with `BENCH_THREADS=1`. */
export const CPU_CLOCK = process.env.BENCH_CLOCK === 'cpu'

function now(): number {
  if (!CPU_CLOCK) return performance.now()
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** The ids of the list that is shown from a time after the key on. */
export interface Shown {
  ms: number
  step: 'words' | 'at once' | 'reading' | 'final'
  ids: number[]
}

/** What the element shows of a question, step by step. @param late with token codes */
export async function shownOf(
  index: SearchIndex,
  question: string,
  reranker: Reranker,
  width: number,
  late: boolean,
): Promise<Shown[]> {
  const key = now()
  const shown: Shown[] = []
  const show = (step: Shown['step'], candidates: readonly Candidate[], waited = 0) =>
    shown.push({ ms: now() - key + waited, step, ids: candidates.map(({ id }) => id) })
  const words = index.query(question, { limit: CANDIDATES })
  show('words', words.candidates)
  const query = words.corrected ?? question
  await reranker.knownShares([query])
  const [asked] = await reranker.embed([query], { tokens: late, prompt: 'query' })
  const { candidates } = index.query(question, { limit: CANDIDATES, vector: late ? asked! : asked!.subarray(0, width) })
  show('at once', candidates)
  // The rest of the pause counts, but nobody has to wait for it.
  const waited = Math.max(0, TYPING_PAUSE - (now() - key))
  const head = headOf(candidates)
  const take = (results: readonly { index: number }[], step: Shown['step']) => {
    const ranked = [...new Set([...results.map(({ index }) => index), ...head.keys()])]
    const order = exactFirst(ranked, head).map(place => head[place]!)
    show(step, [...order, ...candidates.slice(head.length)], waited)
  }
  const { results } = await reranker.rank(query, head.map(asPassage), {
    fusion: siteFusion(reranker.info),
    onPartial: ({ results }) => take(results, 'reading'),
  })
  take(results, 'final')
  return shown
}

/** The candidates that the element's model reads. */
export const headOf = (candidates: readonly Candidate[]): Candidate[] =>
  readingHead(
    candidates.map(candidate => ({ candidate })),
    CANDIDATES,
  ).map(({ candidate }) => candidate)
