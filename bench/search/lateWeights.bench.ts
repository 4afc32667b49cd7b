import { test } from 'playwright/test'
import { asPassage } from '../../src/search/asPassage.js'
import { LATE_WEIGHTS } from '../../src/search/fuseWordsAndEmbeddings.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { columnsOf, fusedOrder } from '../quality/fusedOrder.js'
import { meanOf } from '../support/mean.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { CHOOSING_SETS, DATA, meanNdcg, readBeir } from './judged.js'
import { lateIndexes } from './lateIndex.js'
import { readAll } from './vectors.js'

const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? 150)
/** Of those, the ones whose heads are read by MVP. */
const READ = Number(process.env.BENCH_READ ?? 60)
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? 800)
const TOP = 50
const HEAD = 16
const EMBEDDING = [0, 0.5, 1, 1.5, 2]
const LATE = [0, 0.5, 1, 1.5, 2, 3]
/** Bytes of a section's token codes, at most. */
const BOUNDS = [768, 1200, 1536, 2400]
const FIRST_STAGE = [0, 0.5, 1, 2, 3, 4, 6, 8]
const LATE_OF_HEAD = [0, 1, 2, 4, 6]

test('weights of late interaction and of the head, on questions that no test uses', async () => {
  test.setTimeout(0)
  const reranker = await shippedReranker({ cacheBytes: 2 ** 30 })
  const sets = CHOOSING_SETS.flatMap(([name, side]) => readBeir(DATA, name, side, QUESTIONS, SECTIONS) ?? [])
  const mean = (values: readonly number[]) => meanOf(values).toFixed(4)
  const grids: number[][][] = []
  const bounds: string[] = []
  const heads: { query: string; ids: number[]; passages: ReturnType<typeof asPassage>[] }[][] = []
  for (const set of sets) {
    const asked = await reranker.embed(
      set.questions.map(({ text }) => text),
      { tokens: true, prompt: 'query' },
    )
    const found = (index: SearchIndex, weights = LATE_WEIGHTS) =>
      set.questions.map(({ text }, i) => index.query(text, { limit: TOP, vector: asked[i]! }, weights).candidates)
    const ndcg = (lists: ReturnType<typeof found>) =>
      meanNdcg(
        set,
        lists.map(list => list.map(({ id }) => id)),
      )
    const indexes = await lateIndexes({ ...set, name: `${set.name}-chosen` }, reranker, BOUNDS)
    const { index } = indexes[2]!
    grids.push(
      EMBEDDING.map(embedding => LATE.map(lateInteraction => ndcg(found(index, { embedding, lateInteraction })))),
    )
    const cells = indexes.map(
      ({ index, bytes }) => `${ndcg(found(index)).toFixed(3)}, ${(bytes / set.sections.length).toFixed(0)} B`,
    )
    bounds.push(`| ${set.name} | ${cells.join(' | ')} |`)
    heads.push(
      found(index)
        .slice(0, READ)
        .map((candidates, i) => ({
          query: set.questions[i]!.text,
          ids: candidates.map(({ id }) => id),
          passages: candidates.slice(0, HEAD).map(asPassage),
        })),
    )
    console.log(set.name, JSON.stringify(grids.at(-1)), bounds.at(-1))
  }
  const headGrids: number[][][] = []
  for (const [s, set] of sets.entries()) {
    const lists = heads[s]!
    const read = await readAll(
      `${set.name}-chosen-head`,
      lists.map(({ query, passages }) => ({ query, passages })),
      reranker,
    )
    const order = (list: number, firstStage: number, lateInteraction: number) => {
      const { ids, passages } = lists[list]!
      const weights = { mvp: 1, cosine: 0, lateInteraction, firstStage }
      const head = fusedOrder(columnsOf(read[list]!.signals), weights)
      return [...head.map(place => ids[place]!), ...ids.slice(passages.length)]
    }
    headGrids.push(
      LATE_OF_HEAD.map(late =>
        FIRST_STAGE.map(first =>
          meanNdcg(
            set,
            lists.map((_, i) => order(i, first, late)),
          ),
        ),
      ),
    )
    console.log(set.name, JSON.stringify(headGrids.at(-1)))
  }
  await reranker.dispose()
  const table = (across: readonly number[], down: readonly number[], grids: readonly number[][][]) => [
    `| | ${across.join(' | ')} |`,
    `|-|${across.map(() => '-|').join('')}`,
    ...down.map(
      (weight, d) => `| ${weight} | ${across.map((_, a) => mean(grids.map(grid => grid[d]![a]!))).join(' | ')} |`,
    ),
  ]
  writeResults('lateWeights', [
    '## The weights of late interaction',
    '',
    `nDCG@10 on questions that no test uses, the mean over ${sets.map(({ name, questions, sections }) => `${name} (${questions.length} questions, ${sections.length} sections)`).join(', ')}.`,
    '`npm run build && BENCH_DATA=… npx playwright test -c bench lateWeights`',
    '',
    'Words at 1; down: the weight of embeddings, across: that of late interaction (`src/search/fuseWordsAndEmbeddings.ts`):',
    '',
    ...table(LATE, EMBEDDING, grids),
    '',
    "The most bytes of a section's token codes, with the mean of what sections have:",
    '',
    `| | ${BOUNDS.join(' | ')} |`,
    `|-|${BOUNDS.map(() => '-|').join('')}`,
    ...bounds,
    ...(READ > 0
      ? [
          '',
          `MVP on the first ${HEAD}, of the first ${READ} questions of each; MVP at 1, down: the weight of late interaction in floats, across: that of the order at once:`,
          '',
          ...table(FIRST_STAGE, LATE_OF_HEAD, headGrids),
        ]
      : []),
  ])
})
