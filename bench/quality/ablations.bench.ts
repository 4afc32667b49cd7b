import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { test } from '../../e2e/support/test.js'
import { ndcg } from '../../src/eval/metrics.js'
import type { Reranker } from '../../src/node.js'
import { type CandidateSignals, readAll } from '../search/vectors.js'
import { meanOf } from '../support/mean.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { type System, systemsOf } from './ablationSystems.js'
import type * as Page from './ablationsPage.js'
import type { Row } from './ablationsPage.js'
import { columnsOf, orderOf } from './fusedOrder.js'
import { type JudgedList, longAnswers, readSet } from './judgedLists.js'

/** dl21, wikiqa-dev and nfcorpus as JSON lines; and the training data, openstax among them, in BEIR's layout. */
const { BENCH_DATA: DATA, BENCH_TRAIN: TRAIN = '../shared/data/train' } = process.env
const OUT = 'models/mvp-mini/ablations'
/** An answer of so many characters hardly fits into a prompt. */
const LONG = 1300

test('what each part of the model gives', async ({ page, devOrigin }) => {
  const reranker = await shippedReranker({ cacheBytes: 512 * 1024 * 1024 })
  const sets = {
    dl21: await readSet(`${DATA}/dl21.jsonl`, 1),
    'wikiqa-dev': await readSet(`${DATA}/wikiqa-dev.jsonl`, 1),
    nfcorpus: await readSet(`${DATA}/nfcorpus.jsonl`, 4),
    'openstax, long answers': longAnswers(TRAIN, LONG, 100),
  }
  const rows: Row[] = []
  for (const [set, lists] of Object.entries(sets)) rows.push(...(await ablate(set, lists, reranker)))
  await reranker.dispose()

  const csv = rows.map(({ set, group, name, ndcg, points }) =>
    [`"${set}"`, group, `"${name}"`, ndcg.toFixed(4), points.toFixed(2)].join(','),
  )
  writeFileSync(`${OUT}.csv`, `${['set,group,ablation,ndcg@10,points', ...csv].join('\n')}\n`)
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  const svg = await page.evaluate(async rows => {
    const url = '/bench/quality/ablationsPage.ts'
    return ((await import(url)) as typeof Page).plot(rows)
  }, rows)
  writeFileSync(`${OUT}.svg`, `${svg}\n`)

  const names = Object.keys(sets)
  const counts = Object.entries(sets).map(([set, lists]) => `${set} ${lists.length}`)
  writeResults('ablations', [
    '## What each part of the model gives',
    '',
    `nDCG@10 of the shipped q8 weights, computing in int8 in onnxruntime-node, ${cpus()[0]!.model.trim()}. Queries: ${counts.join('; ')} (nfcorpus: every fourth; openstax: held-out questions that only passages of ${LONG} characters and more answer).`,
    `[As a picture](../${OUT}.svg), [as CSV](../${OUT}.csv). \`npm run build && BENCH_DATA=… BENCH_TRAIN=… npx playwright test -c bench ablations\``,
    '',
    `| | | ${names.join(' | ')} |`,
    `|-|-|${names.map(() => '-|').join('')}`,
    ...table(rows, names),
  ])
})

async function ablate(set: string, lists: readonly JudgedList[], reranker: Reranker): Promise<Row[]> {
  const { weights } = reranker.info.fusion!
  const file = `${set.replaceAll(/\W+/g, '-')}-ablations`
  const read = (options: Parameters<typeof readAll>[3]) => readAll(file, lists, reranker, options)
  const measure = (system: Omit<System, 'group'>, signals: readonly CandidateSignals[]) =>
    meanOf(
      signals.map((list, i) => {
        const { passages, qrels } = lists[i]!
        const of = (order: readonly number[]) =>
          ndcg(
            order.map(place => passages[place]!.id),
            qrels,
            10,
          )
        return meanOf(system.orders(list).map(of))
      }),
    )
  const full = await read({})
  const measured = systemsOf(weights.embed).map(system => ({ ...system, ndcg: measure(system, full) }))
  const fused = { name: '', orders: ({ order }: CandidateSignals) => [order] }
  const mvp = { name: '', orders: ({ signals }: CandidateSignals) => [orderOf(columnsOf(signals).mvp)] }
  const add = (group: string, name: string, signals: readonly CandidateSignals[], system = fused) =>
    measured.push({ ...system, group, name, ndcg: measure(system, signals) })
  const [four, two] = [await read({ depth: 4 }), await read({ depth: 2 })]
  add('depth, fused', '6 layers', full)
  add('depth, fused', '4 layers', four)
  add('depth, fused', '2 layers', two)
  add('depth, fused', 'cascade', await read({ depth: 'cascade' }))
  add('depth, fused', 'the best ten decoded again (refine)', await read({ refine: 10 }))
  add("depth, MVP's score", '6 layers', full, mvp)
  add("depth, MVP's score", '4 layers', four, mvp)
  add("depth, MVP's score", '2 layers', two, mvp)
  const windows = await read({ windows: 8 })
  add('windows, fused', 'none: cut at the end', full)
  add('windows, fused', 'up to 8', windows)
  add("windows, MVP's score", 'none: cut at the end', full, mvp)
  add("windows, MVP's score", 'up to 8', windows, mvp)
  return measured.map(({ group, name, ndcg }) => {
    const base = measured.find(other => other.group === group)!
    return { set, group, name, ndcg, points: 100 * (ndcg - base.ndcg) }
  })
}

function table(rows: readonly Row[], sets: readonly string[]): string[] {
  return rows
    .filter(({ set }) => set === sets[0])
    .map(({ group, name }) => {
      const cells = sets.map(set => {
        const { ndcg, points } = rows.find(row => row.set === set && row.group === group && row.name === name)!
        return points === 0 ? ndcg.toFixed(3) : `${ndcg.toFixed(3)} (${points > 0 ? '+' : ''}${points.toFixed(1)})`
      })
      return `| ${group} | ${name} | ${cells.join(' | ')} |`
    })
}
