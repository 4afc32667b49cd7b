import { basename } from 'node:path'
import { toolError } from '../api/toolErrors.js'
import { type Comparison, compareSystems } from '../eval/comparison.js'
import { Evaluation } from '../eval/evaluate.js'
import { readQrels } from '../eval/qrels.js'
import { renderReport } from '../eval/report/report.js'
import { readRun, trecOrder } from '../eval/run.js'
import { comparisonTable, meansTable } from '../eval/table.js'
import { readTexts } from '../eval/texts.js'
import { assertWritable } from '../eval/writable.js'
import { type CommandSpec, oneOf, usageError } from './command.js'
import { chosenMetrics, metricOptions } from './metricOptions.js'
import { print, writeText } from './output.js'

const FORMATS = ['table', 'json'] as const

const options = {
  qrels: { value: '<file>', about: 'Judgments: TREC, BEIR, or pairs `qid pid`. Required.' },
  ...metricOptions,
  format: { value: `<${FORMATS.join('|')}>`, default: 'table', about: 'What to print.' },
  html: { value: '<file>', about: 'Also write a report with plots of wins and losses by query.' },
  'per-query': { value: '<file>', about: "Also write each query's metrics, as JSON lines." },
  queries: { value: '<file>', about: "The queries' texts, for the report." },
  complete: {
    about: 'Count judged queries that no run has as zero (trec_eval -c).',
  },
} as const

export const compareCommand: CommandSpec<typeof options> = {
  name: 'compare',
  summary: 'Measure a TREC run, or test whether two differ by more than chance.',
  usage: '<run> [<run>] --qrels <file> [options]',
  options,
  arguments: '<run> [other]',
  details: `
Runs: TREC (qid Q0 pid rank score tag) or MS MARCO (qid pid rank), plain, .gz or .xz. The first one is the baseline.
  The order is trec_eval's: by score, with ties broken by id; ranks are ignored. A judged query that only one run has
  counts as zero for the other.
Output: a table, or with --format json one line {"queries", "runs": {name: {<metric>: mean, ...}},
  "tests": {<metric>: {"difference", "interval", "wins", "losses", "ties", "tTest", "randomisation"}}}.
  Both tests are paired and two-sided. The randomization test tries all signs for up to 17 differing queries, else
  100,000 samples from a fixed seed.

Exit code: 0 done; 1 a file cannot be read; 2 wrong usage.`,
  examples: [
    'mvp-rerank compare bm25.trec mvp.trec --qrels qrels/test.tsv',
    'mvp-rerank compare bm25.trec mvp.trec --qrels qrels/test.tsv --html report.html --queries queries.jsonl',
    'mvp-rerank compare mvp.trec --qrels 2021.qrels.pass.txt --metrics ndcg@10,map --relevance-level 2 --format json',
  ],

  async run(values, _, paths) {
    if (values.qrels === undefined) throw usageError('--qrels is missing', 'compare')
    const format = oneOf('compare', 'format', values.format ?? 'table', FORMATS)
    const evaluation = new Evaluation(chosenMetrics('compare', values, 100))
    if (values.html !== undefined && paths.length === 1) throw usageError('--html takes two runs', 'compare')
    for (const output of [values.html, values.perQuery]) if (output !== undefined) await assertWritable(output)

    const names = runNames(paths)
    const runs = await Promise.all(paths.map(readRun))
    const qrels = await readQrels(values.qrels)
    const texts = values.queries === undefined ? new Map<string, string>() : await readQueryTexts(values.queries)
    for (const [id, grades] of qrels) {
      if (!values.complete && !runs.some(run => run.has(id))) continue
      const orders = runs.map((run, i): [string, string[]] => [names[i]!, trecOrder(run.get(id) ?? new Map())])
      evaluation.add(evaluation.measure({ id, text: texts.get(id) ?? '', qrels: grades }, Object.fromEntries(orders))!)
    }
    if (evaluation.queries.length === 0) {
      throw toolError('bad-data', `${paths.join(' and ')} have none of the queries that ${values.qrels} judges`)
    }

    const [a, b] = names as [string, string?]
    const comparison = b === undefined ? undefined : compareSystems(evaluation, a, b)
    const means = Object.fromEntries(names.map(name => [name, evaluation.means(name)]))
    const metrics = evaluation.metrics.map(({ name }) => name)
    const { length } = evaluation.queries
    if (values.perQuery !== undefined) {
      const lines = evaluation.queries.map(({ id, systems }) => `${JSON.stringify({ qid: id, ...systems })}\n`)
      await writeText(values.perQuery, lines.join(''))
    }
    if (values.html !== undefined) await writeText(values.html, report(comparison!, values.qrels, paths))
    if (format === 'json')
      await print(`${JSON.stringify({ queries: length, runs: means, tests: comparison?.tests ?? {} })}\n`)
    else await print(comparison ? comparisonTable(comparison) : `${meansTable(metrics, means)}${length} queries\n`)
    return 0
  },
}

function report(comparison: Comparison, qrels: string, paths: readonly string[]): string {
  return renderReport(comparison, {
    title: `${comparison.system} against ${comparison.baseline}`,
    facts: [
      ['Baseline', paths[0]!],
      ['System', paths[1]!],
      ['Judgments', qrels],
    ],
  })
}

/** File names, or paths where the names are equal. */
function runNames(paths: readonly string[]): string[] {
  const short = paths.map(path => basename(path))
  if (new Set(short).size === paths.length) return short
  return new Set(paths).size === paths.length ? [...paths] : paths.map((path, i) => `${path} (${i + 1})`)
}

async function readQueryTexts(path: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for await (const { value } of readTexts(path)) texts.set(value.id, value.text)
  return texts
}
