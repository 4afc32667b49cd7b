import { type Page, test } from 'playwright/test'
import { startServer } from '../../e2e/support/server.js'
import type { Candidate } from '../../src/api/search.js'
import { Evaluation } from '../../src/eval/evaluate.js'
import { parseMetric } from '../../src/eval/metricNames.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import { exactFirst } from '../../src/search/exactFirst.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { miniSearch } from './contestants.js'
import { embeddingsAlone } from './embeddingsAlone.js'
import { DATA, type Judged, readBeir, readDemo, test as testSide } from './judged.js'
import { lateIndexes } from './lateIndex.js'
import { miniSearchAnswers } from './miniSearchAnswers.js'
import { pagefindAnswers, pagefindFolder } from './pagefind.js'
import { headOf } from './shownOverTime.js'
import { keptAnswers, rankAll } from './vectors.js'

/** All held-out questions over whole corpora take hours. A run that was interrupted continues where it stopped. */
const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? Number.POSITIVE_INFINITY)
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? Number.POSITIVE_INFINITY)
/** Names of the sets to measure, in this order. */
const SAMPLE = process.env.BENCH_SETS !== undefined
const SETS = (process.env.BENCH_SETS ?? 'docs,openstax,documentation').split(',')
/** Numbers of candidates that the model reads, each as a row, beside all. */
const HEADS = process.env.BENCH_HEADS?.split(',').map(Number) ?? []
/** Candidates of the first stage. */
const TOP = 50
const WIDTH = 384
/** Most bytes of a section's token codes, as `mvp-rerank index` has it by default. */
const TOKEN_BYTES = 1536
/**
 * Reading takes the longest, then the others' searches; `0` leaves them out. `element` reads only what the element
 * reads.
 */
const CHAIN = process.env.BENCH_CHAIN ?? 'all'
const OTHERS = process.env.BENCH_OTHERS !== '0'

type Answers = number[][]

test('what search finds: Pagefind, MiniSearch, words, words and embeddings, and the whole chain', async ({ page }) => {
  test.setTimeout(0)
  // A section is a candidate of many questions. The cache embeds it once.
  const reranker = await shippedReranker({ cacheBytes: 3 * 2 ** 30 })
  const tables: string[] = []
  for (const name of SETS) {
    const set =
      name === 'documentation' ? readDemo('public/search') : readBeir(DATA, name, testSide, QUESTIONS, SECTIONS)
    if (!set) continue
    const answers = await answersOf(set, reranker, page)
    tables.push(
      '',
      `**${set.name}**: ${set.sections.length} sections, ${set.questions.length} questions`,
      '',
      `| | recall@${TOP} | nDCG@10 | MRR@10 |`,
      '|-|-|-|-|',
      ...Object.entries(answers).map(([name, lists]) => row(name, lists, set)),
    )
    console.log(tables.join('\n'))
  }
  writeResults(SAMPLE ? 'searchSample' : 'search', [
    SAMPLE ? '## What search finds, in some of the sets' : '## What search finds',
    '',
    'Questions that no training saw: those written for the documentation in other words than its own (`bench/search/questions.json`; a question counts as',
    'answered by the first of the sections named), and the held-out ones of two data sets over their corpora. All search the same sections, with their headings.',
    `MiniSearch as its documentation shows it; Pagefind as it comes. The whole chain reranks the ${TOP} candidates of the order at once.`,
    '`npm run build && BENCH_DATA=… npx playwright test -c bench search.bench`; some hours, fewer with `BENCH_QUESTIONS=300 BENCH_SECTIONS=4000`.',
    ...tables,
  ])
  await reranker.dispose()
})

async function answersOf(set: Judged, reranker: Reranker, page: Page): Promise<Record<string, Answers>> {
  const { sections } = set
  const questions = set.questions.map(({ text }) => text)
  const asked = await reranker.embed(questions, { tokens: true, prompt: 'query' })
  const vectors = asked.map(rows => rows.subarray(0, WIDTH))
  const made = set.index ? undefined : (await lateIndexes(set, reranker, [TOKEN_BYTES]))[0]!
  const index = set.index ?? made!.index
  const ids = (candidates: readonly { id: number }[]) => candidates.map(({ id }) => id)
  const fused = questions.map((text, i) => index.query(text, { limit: TOP, vector: vectors[i]! }).candidates)
  const atOnce = questions.map((text, i) => index.query(text, { limit: TOP, vector: asked[i]! }).candidates)
  const read = async (name: string, lists: typeof fused, take = first(TOP)) => {
    const heads = lists.map(take)
    const passages = heads.map((candidates, i) => ({ query: questions[i]!, passages: candidates.map(asPassage) }))
    const ranked = await rankAll(name, passages, reranker)
    return ranked.map((ranking, i) => [
      ...exactFirst(ranking, heads[i]!).map(place => heads[i]![place]!.id),
      ...lists[i]!.slice(heads[i]!.length).map(({ id }) => id),
    ])
  }
  const content = { questions, sections, TOP }
  const others: Record<string, Answers> = OTHERS
    ? {
        Pagefind: await keptAnswers(`${set.name}-pagefind`, content, () => askPagefind(set, page)),
        MiniSearch: await keptAnswers(`${set.name}-minisearch`, content, async () =>
          miniSearchAnswers(miniSearch(sections), questions, TOP),
        ),
      }
    : {}
  return {
    ...others,
    'mvp-rerank, words': questions.map(text => ids(index.query(text, { limit: TOP }).candidates)),
    'mvp-rerank, words and embeddings': fused.map(ids),
    'mvp-rerank, words, embeddings and late interaction': atOnce.map(ids),
    ...(await headsOf(HEADS, most => read(`${set.name}-late`, atOnce, first(most)))),
    ...(CHAIN !== '0' && {
      'mvp-rerank, the first 12 to 16, as the element reads': await read(`${set.name}-late`, atOnce, headOf),
    }),
    ...(CHAIN === 'all' && {
      'mvp-rerank, the whole chain': await read(`${set.name}-late`, atOnce),
      'mvp-rerank, the whole chain without late interaction': await read(set.name, fused),
    }),
    ...(made && embeddingsAlone(made.vectors, vectors, TOP)),
  }
}

/** The first ones of a list. */
const first =
  (most: number) =>
  (candidates: readonly Candidate[]): Candidate[] =>
    candidates.slice(0, most)

async function headsOf(
  heads: readonly number[],
  read: (most: number) => Promise<Answers>,
): Promise<Record<string, Answers>> {
  const rows: Record<string, Answers> = {}
  for (const most of heads) rows[`mvp-rerank, the first ${most} at once read by the model`] = await read(most)
  return rows
}

async function askPagefind({ sections, questions }: Judged, page: Page): Promise<Answers> {
  const folder = await pagefindFolder(sections)
  const server = await startServer({
    roots: [
      { prefix: '/pagefind/', folder },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  try {
    return await pagefindAnswers(
      page,
      server.origin,
      questions.map(({ text }) => text),
      TOP,
    )
  } finally {
    await server.close()
  }
}

function row(name: string, lists: Answers, { questions, any }: Judged): string {
  const metrics = [`recall@${TOP}`, 'ndcg@10', 'mrr@10'].map(metric => parseMetric(metric, 1)!)
  const evaluation = new Evaluation(metrics)
  lists.forEach((list, i) => {
    const { text, relevant } = questions[i]!
    // If one is enough, all relevant sections count as one.
    const ids = list.map(id => (any && relevant.has(id) ? 'found' : String(id)))
    const qrels = new Map(any ? [['found', 1] as const] : [...relevant].map(id => [String(id), 1] as const))
    evaluation.add(evaluation.measure({ id: String(i), text, qrels }, { [name]: [...new Set(ids)] })!)
  })
  const means = evaluation.means(name)
  return `| ${name} | ${metrics.map(metric => means[metric.name]!.toFixed(3)).join(' | ')} |`
}
