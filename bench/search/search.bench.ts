import { type Page, test } from 'playwright/test'
import { startServer } from '../../e2e/support/server.js'
import { Evaluation } from '../../src/eval/evaluate.js'
import { parseMetric } from '../../src/eval/metricNames.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import { exactFirst } from '../../src/search/exactFirst.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { miniSearch, ownIndex } from './contestants.js'
import { embeddingsAlone } from './embeddingsAlone.js'
import { DATA, type Judged, readBeir, readDemo, test as testSide } from './judged.js'
import { miniSearchAnswers } from './miniSearchAnswers.js'
import { pagefindAnswers, pagefindFolder } from './pagefind.js'
import { embedAll, keptAnswers, rankAll } from './vectors.js'

/** All held-out questions over whole corpora take hours. A run that was interrupted continues where it stopped. */
const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? Number.POSITIVE_INFINITY)
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? Number.POSITIVE_INFINITY)
/** Names of the sets to measure, in this order. */
const SETS = (process.env.BENCH_SETS ?? 'docs,openstax,documentation').split(',')
/** Candidates of the first stage. */
const TOP = 50

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
  writeResults('search', [
    '## What search finds',
    '',
    'Questions that no training saw: those written for the documentation in other words than its own (`bench/search/questions.json`; a question counts as',
    'answered by the first of the sections named), and the held-out ones of two data sets over their corpora. All search the same sections, with their headings.',
    `MiniSearch as its documentation shows it; Pagefind as it comes. The chain reranks the ${TOP} candidates by words and embeddings.`,
    '`npm run build && BENCH_DATA=… npx playwright test -c bench search.bench`; some hours, fewer with `BENCH_QUESTIONS=300 BENCH_SECTIONS=4000`.',
    ...tables,
  ])
  await reranker.dispose()
})

async function answersOf(set: Judged, reranker: Reranker, page: Page): Promise<Record<string, Answers>> {
  const { sections } = set
  const questions = set.questions.map(({ text }) => text)
  const asked = await embedAll(`${set.name}-questions`, questions, reranker)
  const vectors = set.index ? undefined : await embedded(set, reranker)
  const index = set.index ?? ownIndex(sections, vectors)
  const ids = (candidates: readonly { id: number }[]) => candidates.map(({ id }) => id)
  const fused = questions.map((text, i) => index.query(text, { limit: TOP, vector: asked[i]! }).candidates)
  const lists = fused.map((candidates, i) => ({ query: questions[i]!, passages: candidates.map(asPassage) }))
  const content = { questions, sections, TOP }
  const pagefind = await keptAnswers(`${set.name}-pagefind`, content, () => askPagefind(set, page))
  const mini = await keptAnswers(`${set.name}-minisearch`, content, async () =>
    miniSearchAnswers(miniSearch(sections), questions, TOP),
  )
  const ranked = await rankAll(set.name, lists, reranker)
  const chain = ranked.map((ranking, i) => exactFirst(ranking, fused[i]!).map(place => fused[i]![place]!.id))
  return {
    Pagefind: pagefind,
    MiniSearch: mini,
    'mvp-rerank, words': questions.map(text => ids(index.query(text, { limit: TOP }).candidates)),
    'mvp-rerank, words and embeddings': fused.map(ids),
    'mvp-rerank, the whole chain': chain,
    ...(vectors && embeddingsAlone(vectors, asked, TOP)),
  }
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

function embedded({ name, sections }: Judged, reranker: Reranker): Promise<Float32Array[]> {
  const texts = sections.map(section => {
    const { title, text } = asPassage(section)
    return `${title} ${text}`
  })
  return embedAll(name, texts, reranker)
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
