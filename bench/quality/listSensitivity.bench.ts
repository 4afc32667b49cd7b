import { test } from 'playwright/test'
import { kendallTau } from '../../models/convert/kendall.js'
import type { RankOptions } from '../../src/node.js'
import { meanOf } from '../support/mean.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { type JudgedList, readSet } from './judgedLists.js'

/** dl21 and nfcorpus as JSON lines. */
const DATA = process.env.BENCH_DATA
const QUERIES = 100
const BEST = 10
const FILLERS = 90
/** Larger than any number of passages, so that steps of it visit them all. */
const PRIME = 999_983

const modes: [string, RankOptions][] = [
  ["MVP's score", { fusion: false }],
  [`MVP's score, the best ${BEST} decoded again (refine)`, { fusion: false, refine: BEST }],
  ['fused, the default', {}],
]

/** Scores depend on the list: does the order of its best depend on who else is there? */
test('company', async () => {
  const reranker = await shippedReranker({ cacheBytes: 512 * 1024 * 1024 })
  const sets = [await readSet(`${DATA}/dl21.jsonl`, 1), await readSet(`${DATA}/nfcorpus.jsonl`, 4)]
  const lists = sets
    .flat()
    .filter(({ passages }) => passages.length >= BEST)
    .slice(0, QUERIES)
  const taus = modes.map(() => [] as number[])
  const kept = modes.map(() => [] as number[])
  for (const [i, { query, passages }] of lists.entries()) {
    const fillers = othersOf(lists, i)
    for (const [mode, [, options]] of modes.entries()) {
      const order = async (passages: JudgedList['passages']) => {
        const { results } = await reranker.rank(query, passages, options)
        return results.map(({ passage }) => passage)
      }
      const best = (await order(passages)).slice(0, BEST)
      const alone = await order(best)
      const together = await order([...best, ...fillers])
      // The earlier the better: τ does not mind that both are turned round.
      taus[mode]!.push(
        kendallTau(
          best.map(passage => alone.indexOf(passage)),
          best.map(passage => together.indexOf(passage)),
        ),
      )
      kept[mode]!.push(together.slice(0, BEST).filter(passage => best.includes(passage)).length / BEST)
    }
    if (i % 10 === 9) console.log(i + 1, taus.map(meanOf), kept.map(meanOf))
  }
  await reranker.dispose()
  writeResults('company', [
    '## Company',
    '',
    `The best ${BEST} of a query's candidates, ranked by themselves and among ${FILLERS} passages of other queries: Kendall's τ of their two orders, and how many of them are still the best ${BEST}. ${lists.length} queries of dl21 and nfcorpus, q8 computing in int8 in onnxruntime-node. \`npm run build && BENCH_DATA=… npx playwright test -c bench company\``,
    '',
    `| | τ | still the best ${BEST} |`,
    '|-|-|-|',
    ...modes.map(
      ([name], mode) => `| ${name} | ${meanOf(taus[mode]!).toFixed(3)} | ${(100 * meanOf(kept[mode]!)).toFixed(1)} % |`,
    ),
  ])
})

/** Passages of other queries, from all over. */
function othersOf(lists: readonly JudgedList[], own: number): JudgedList['passages'] {
  const others = lists.filter((_, i) => i !== own).flatMap(({ passages }) => passages)
  return Array.from({ length: FILLERS }, (_, i) => others[((own + 1) * (i + 1) * PRIME) % others.length]!)
}
