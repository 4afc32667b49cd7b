import { test } from 'playwright/test'
import { asPassage } from '../../src/search/asPassage.js'
import { columnsOf, fusedOrder } from '../quality/fusedOrder.js'
import { meanOf } from '../support/mean.js'
import { writeResults } from '../support/results.js'
import { heldBack, type Judged, meanNdcg, readBeir, training } from './judged.js'
import { lateIndex } from './lateIndex.js'
import { readHeads } from './vectors.js'

const BUILT = '../../dist/node.js'
const DATA = process.env.BENCH_DATA ?? '../shared/data/train'
const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? 150)
/** Of those, the ones whose heads are read by MVP. */
const READ = Number(process.env.BENCH_READ ?? 60)
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? 800)
const THREADS = Number(process.env.BENCH_THREADS ?? 0) || 'auto'
const TOP = 50
const HEADS = [10, 16, 20]
/** The model was trained on the first two sets' questions, which flatters it; on those of the others it was not. */
const SETS = [
  ['docs', training],
  ['openstax', training],
  ['techfaq', heldBack],
  ['nq', heldBack],
] as const
const EMBEDDING = [0, 0.25, 0.5, 1, 1.5]
const LATE = [0, 0.5, 1, 1.5, 2, 3, 4, 6]
const FIRST_STAGE = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 8]

test('weights of late interaction and of the head, on questions that no test uses', async () => {
  test.setTimeout(0)
  const { createReranker } = (await import(BUILT)) as typeof import('../../src/node.js')
  const reranker = await createReranker({ model: 'mvp-mini', threads: THREADS, cacheBytes: 0 })
  const sets: Judged[] = []
  const grids: number[][][] = []
  const heads: number[][][] = []
  for (const [name, side] of SETS) {
    const set = readBeir(DATA, name, side, QUESTIONS, SECTIONS)
    if (!set) continue
    sets.push(set)
    const index = await lateIndex({ ...set, name: `${name}-chosen` }, reranker)
    const asked = await reranker.embedTokens(set.questions.map(({ text }) => text))
    const found = (weights?: { embedding: number; lateInteraction: number }) =>
      set.questions.map(({ text }, i) => index.query(text, { limit: TOP, ...asked[i]! }, weights).candidates)
    const ids = (lists: ReturnType<typeof found>) => lists.map(list => list.map(({ id }) => id))
    grids.push(
      EMBEDDING.map(embedding =>
        LATE.map(lateInteraction => meanNdcg(set, ids(found({ embedding, lateInteraction })))),
      ),
    )
    const lists = found()
      .slice(0, READ)
      .map((candidates, i) => ({ query: set.questions[i]!.text, candidates }))
    heads.push(
      await Promise.all(
        HEADS.map(async size => {
          const read = await readHeads(
            `${name}-chosen-${size}`,
            lists.map(({ query, candidates }) => ({ query, passages: candidates.slice(0, size).map(asPassage) })),
            reranker,
          )
          return FIRST_STAGE.map(firstStage =>
            meanNdcg(
              set,
              read.map(({ signals }, i) => {
                const candidates = lists[i]!.candidates
                const weights = { mvp: 1, cosine: 0, lateInteraction: 0, firstStage }
                const head = fusedOrder(columnsOf(signals), weights)
                return [...head.map(place => candidates[place]!), ...candidates.slice(head.length)].map(({ id }) => id)
              }),
            ),
          )
        }),
      ),
    )
    console.log(name, JSON.stringify(grids.at(-1)), JSON.stringify(heads.at(-1)))
  }
  await reranker.dispose()
  const mean = (values: readonly number[]) => meanOf(values).toFixed(4)
  writeResults('lateWeights', [
    '## The weights of late interaction',
    '',
    `nDCG@10 on questions that no test uses, the mean over ${sets.map(({ name, questions, sections }) => `${name} (${questions.length} questions, ${sections.length} sections)`).join(', ')}.`,
    '`npm run build && BENCH_DATA=… npx playwright test -c bench lateWeights`',
    '',
    'Words at 1; down: the weight of embeddings, across: that of late interaction (`src/search/fuseLateInteraction.ts`):',
    '',
    `| | ${LATE.join(' | ')} |`,
    `|-|${LATE.map(() => '-|').join('')}`,
    ...EMBEDDING.map(
      (weight, e) => `| ${weight} | ${LATE.map((_, l) => mean(grids.map(grid => grid[e]![l]!))).join(' | ')} |`,
    ),
    '',
    `The head read by MVP, of the first ${READ} questions of each; down: its size, across: the weight of the order at once beside MVP's 1 (\`src/search/siteFusion.ts\`):`,
    '',
    `| | ${FIRST_STAGE.join(' | ')} |`,
    `|-|${FIRST_STAGE.map(() => '-|').join('')}`,
    ...HEADS.map(
      (size, h) => `| ${size} | ${FIRST_STAGE.map((_, f) => mean(heads.map(set => set[h]![f]!))).join(' | ')} |`,
    ),
  ])
})
