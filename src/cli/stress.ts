import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RerankError } from '../api/errors.js'
import type { RankOptions, Reranker, RerankerInfo } from '../api/ranking.js'
import { QueryIndex } from '../eval/bm25.js'
import { type Comparison, compareSystems } from '../eval/comparison.js'
import { Evaluation } from '../eval/evaluate.js'
import { parseMetric } from '../eval/metricNames.js'
import { renderReport } from '../eval/report/report.js'
import { MAX_PASSAGES, makeStressList, type StressList } from '../eval/stressList.js'
import { comparisonTable } from '../eval/table.js'
import { assertWritable } from '../eval/writable.js'
import { type CommandSpec, oneOf, usageError, wholeNumber } from './command.js'
import { print, progress, writeText } from './output.js'
import { openReranker, rerankerOptions, rerankerSettings } from './reranker.js'

const FORMATS = ['table', 'json'] as const
const RERANKER = 'reranker'
const EMBEDDER = 'embedder'

const options = {
  model: { value: '<folder|name>', about: 'A converted model. Required.' },
  passages: {
    value: '<n>',
    default: '16',
    about: `Passages in the list, at most ${MAX_PASSAGES}; there are n (n − 1) / 2 queries.`,
  },
  seed: { value: '<n>', default: '1', about: 'Seed of the generated list.' },
  format: { value: `<${FORMATS.join('|')}>`, default: 'table', about: 'What to print.' },
  html: { value: '<file>', about: 'Also write a report: reranker against embedder, query by query.' },
  out: { value: '<folder>', about: "Also write the list in BEIR's layout, for other systems." },
  ...rerankerOptions,
} as const

const NOTE =
  'Every pair of passages is the answer to one query, in the manner of LIMIT (arXiv:2508.21038). Each query is trivial ' +
  'for a reader of the passages; a system with one vector per passage must place all pairs at once.'

export const stressCommand: CommandSpec<typeof options> = {
  name: 'stress',
  summary: 'Measure a model where single vectors fail: every pair of passages answers some query.',
  usage: '--model <folder|name> [options]',
  options,
  details: `
The list is generated, in the manner of LIMIT (arXiv:2508.21038): "Ada likes kites, maps and violins." and
"Who likes maps?". Exactly two people like each thing, and any two people have exactly one thing in common. For each query,
the command ranks all passages by the reranker, by the model's embeddings (if it has any) and by BM25.
Output: a table, or with --format json one line {"passages", "queries", "systems": {name: {<metric>: mean, ...}}, "tests"}.

Exit code: 0 done; 1 the model cannot be read, or the run was cut short; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank stress --model mvp-mini',
    'mvp-rerank stress --model mvp-mini --passages 46 --html limit.html --out limit',
  ],

  async run(values, { signal }) {
    if (values.model === undefined) throw usageError('--model is missing', 'stress')
    const size = wholeNumber('stress', 'passages', values.passages ?? '16', 2)
    if (size > MAX_PASSAGES) throw usageError(`--passages takes at most ${MAX_PASSAGES}`, 'stress')
    const seed = wholeNumber('stress', 'seed', values.seed ?? '1', 0)
    const format = oneOf('stress', 'format', values.format ?? 'table', FORMATS)
    const settings = rerankerSettings('stress', values.model, values)
    if (values.html !== undefined) await assertWritable(values.html)

    const list = makeStressList(size, seed)
    if (values.out !== undefined) await writeCollection(values.out, list)
    const reranker = await openReranker(settings, signal)
    try {
      const comparison = await compareOn(list, reranker, settings.rank, signal)
      if (values.html !== undefined) await writeText(values.html, report(comparison, reranker.info, size, seed))
      progress.clear()
      await print(format === 'json' ? asJson(comparison, size) : comparisonTable(comparison))
      return 0
    } finally {
      progress.clear()
      await reranker.dispose()
    }
  },
}

/** Ranks the whole list for every query: by the reranker, by its embeddings if it has some, and by BM25. */
async function compareOn(
  list: StressList,
  reranker: Reranker,
  options: RankOptions,
  signal: AbortSignal,
): Promise<Comparison> {
  const evaluation = new Evaluation(['recall@2', 'ndcg@10', 'mrr@10'].map(name => parseMetric(name, 1)!))
  const byEmbedding = await embedder(reranker, list, signal)
  const byWords = lexical(list)
  for (const [i, query] of list.queries.entries()) {
    const { results } = await reranker.rank(query.text, list.passages, { ...options, signal })
    const orders = {
      bm25: byWords(query.text),
      ...(byEmbedding && { [EMBEDDER]: await byEmbedding(query.text) }),
      [RERANKER]: results.map(({ passage }) => passage.id),
    }
    evaluation.add(evaluation.measure(query, orders)!)
    progress.update(`${i + 1} of ${list.queries.length} queries`)
  }
  return compareSystems(evaluation, byEmbedding ? EMBEDDER : 'bm25', RERANKER)
}

function report(comparison: Comparison, info: RerankerInfo, passages: number, seed: number): string {
  const { model, device, precision, depth } = info
  const facts = { model, device, precision, depth, passages, queries: comparison.queries.length, seed }
  return renderReport(comparison, {
    title: `${model} on ${passages} passages, every pair of them an answer`,
    facts: Object.entries(facts).map(([name, value]): [string, string] => [name, String(value)]),
    note: NOTE,
  })
}

function asJson({ queries, means, tests }: Comparison, passages: number): string {
  return `${JSON.stringify({ passages, queries: queries.length, systems: means, tests })}\n`
}

/** @returns undefined for a model that does not embed */
async function embedder(reranker: Reranker, { passages }: StressList, signal: AbortSignal) {
  let vectors: Float32Array[]
  try {
    vectors = await reranker.embed(
      passages.map(({ text }) => text),
      { signal },
    )
  } catch (error) {
    if (error instanceof RerankError && error.code === 'unsupported') return undefined
    throw error
  }
  return async (query: string) => {
    const [vector] = await reranker.embed([query], { signal, prompt: 'query' })
    const cosines = vectors.map(other => other.reduce((sum, value, i) => sum + value * vector![i]!, 0))
    return passages
      .map(({ id }, i) => ({ id, cosine: cosines[i]! }))
      .sort((a, b) => b.cosine - a.cosine)
      .map(({ id }) => id)
  }
}

function lexical({ passages, queries }: StressList): (query: string) => string[] {
  const index = new QueryIndex(queries.map(({ text }) => text))
  for (const { text } of passages) index.add('', text)
  return query => index.search(query, passages.length).map(({ place }) => passages[place]!.id)
}

async function writeCollection(folder: string, { passages, queries }: StressList): Promise<void> {
  await mkdir(join(folder, 'qrels'), { recursive: true })
  const lines = (texts: readonly { id: string; text: string }[]) =>
    texts.map(({ id, text }) => `${JSON.stringify({ _id: id, title: '', text })}\n`).join('')
  await writeText(join(folder, 'corpus.jsonl'), lines(passages))
  await writeText(join(folder, 'queries.jsonl'), lines(queries))
  const judgments = queries.flatMap(({ id, qrels }) =>
    [...qrels].map(([passage, grade]) => `${id}\t${passage}\t${grade}\n`),
  )
  await writeText(join(folder, 'qrels/test.tsv'), `query-id\tcorpus-id\tscore\n${judgments.join('')}`)
}
