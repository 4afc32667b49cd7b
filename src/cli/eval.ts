import type { FusionMode } from '../api/models.js'
import type { Reranker, RerankerInfo } from '../api/ranking.js'
import { toolError } from '../api/toolErrors.js'
import { VERSION } from '../api/version.js'
import { Evaluation } from '../eval/evaluate.js'
import type { Metric } from '../eval/metricNames.js'
import { type DataSource, openData } from '../eval/openData.js'
import { ProgressFile } from '../eval/progressFile.js'
import { type FinishedQuery, rerankAll, type Totals } from '../eval/rerankAll.js'
import { assertWritable } from '../eval/writable.js'
import { type CommandSpec, type OptionValues, oneOf, usageError } from './command.js'
import { dataOptions, dataSource } from './dataOptions.js'
import { rankByFirstStage, rankByModel } from './evalQuery.js'
import { perQueryLines, printResult, renderEvalReport, summarize } from './evalResult.js'
import { chosenMetrics, metricOptions } from './metricOptions.js'
import { progress, writeText } from './output.js'
import { Pace } from './pace.js'
import { openReranker, type RerankerSettings, rerankerOptions, rerankerSettings } from './reranker.js'

/** Stands for a model's name: evaluate the first stage's order. */
const FIRST_STAGE = 'bm25'

/** Passages of a collection are candidates of many queries. The cache saves making their embeddings again. */
const CACHE_BYTES = 512 * 1024 * 1024

const FORMATS = ['json', 'table'] as const

const options = {
  model: {
    value: '<folder|name>',
    about: `A converted model, or ${FIRST_STAGE} for the first stage's order. Required.`,
  },
  ...dataOptions,
  ...metricOptions,
  run: {
    value: '<file>',
    about: 'Also write the rankings as a TREC run. If the command is killed, run it again to continue from there.',
  },
  format: {
    value: `<${FORMATS.join('|')}>`,
    default: 'json',
    about: 'What to print; the table also tests the model against the first stage.',
  },
  html: {
    value: '<file>',
    about: 'Also write a report: the model against the first stage, wins and losses by query.',
  },
  'per-query': { value: '<file>', about: "Also write each query's metrics, as JSON lines." },
  ...rerankerOptions,
  views: { about: 'Also print the nDCG@10 of each view alone.' },
  signals: { about: 'Also print the nDCG@10 of each signal alone and of each way to fuse them.' },
  'late-codes': { about: 'Also print the metrics with codes of passages instead of reading each alone.' },
  dump: {
    value: '<file>',
    about: 'With --signals: also write the signals of each candidate, as JSON lines.',
  },
} as const

export const evalCommand: CommandSpec<typeof options> = {
  name: 'eval',
  summary: 'Rerank the candidates of judged queries and print retrieval metrics.',
  usage: '--model <folder|name|bm25> --data <path> [options]',
  options,
  details: `
Data, a folder, each file plain, .gz or .xz:
  BEIR        corpus.jsonl, queries.jsonl, qrels/<split>.tsv
  MS MARCO    collection.tsv, queries.<split>.tsv, qrels.<split>.tsv; T2Ranking likewise
  Multi-CPR   corpus.tsv, <split>.query.txt, qrels.<split>.tsv
  The candidates come from --candidates, or are the best by BM25.
Data, a file:
  .jsonl      one per line: {"qid", "q_text", "bm25_results": [{"pid", "title", "text", "bm25_score"}], "qrels": {pid: grade}}
              Ids of passages belong to their query; another query may use the same ids.
  .tsv        MS MARCO's top1000, with qid, pid, query and passage on each line; needs --qrels
Output, one line:   {"queries", <metric>: mean, ..., "pairs_per_second", "model", "device", "precision", "depth", "fusion"};
              with a model, also "first_stage": {<metric>: mean, ...}; with --views, also "view_ndcg@10": [number, ...];
              with --late-codes, also "late_codes": {<metric>: mean, ...};
              with --signals, also "signals": {name: {"ndcg@10", "pairs_per_second"}}.
  The first of --metrics measures views and signals.
  The metrics are those of trec_eval (linear gains, relevant from grade 1 on), as means over the queries that have judgments.
  In the run file, tied scores are lowered by the smallest step, so that trec_eval reads the ranking as it is.

Exit code: 0 done; 1 a file or the model cannot be read, or the run was cut short; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz',
    'mvp-rerank eval --model bm25 --data beir/scifact --metrics ndcg@10,recall@100',
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz --signals --dump signals.jsonl',
    'mvp-rerank eval --model ./my-model --data nfcorpus.jsonl.gz --limit 50 --top 20 --run out.trec',
  ],

  async run(values, { signal }) {
    const request = checkOptions(values)
    const { source, metrics, settings, format } = request
    const reranker = request.model === FIRST_STAGE ? undefined : await openReranker(settings, signal)
    for (const output of [values.html, values.perQuery]) if (output !== undefined) await assertWritable(output)

    const evaluation = new Evaluation(metrics)
    const info = reranker?.info
    const system = {
      name: info?.model ?? FIRST_STAGE,
      info,
      views: values.views && info ? info.views : 0,
      lateCodes: values.lateCodes ?? false,
      fusion: values.fusion === undefined ? (info?.fusion?.mode ?? 'off') : (values.fusion as FusionMode),
    }
    const { totals, firstStage } = await evaluateAll(values, request, { ...system, reranker }, evaluation, signal)
    if (evaluation.queries.length === 0) {
      throw toolError('bad-data', `${values.data ?? values.queries} holds no query with judgments`)
    }

    const result = summarize(evaluation, totals, { ...system, firstStage, signals: values.signals ?? false })
    if (values.perQuery !== undefined) await writeText(values.perQuery, perQueryLines(evaluation))
    if (values.html !== undefined) {
      await writeText(values.html, renderEvalReport(evaluation, firstStage, result, source))
    }
    await printResult(format, evaluation, firstStage, result)
    return 0
  },
}

type Values = OptionValues<typeof options>

interface EvalRequest {
  model: string
  source: DataSource
  metrics: Metric[]
  settings: RerankerSettings
  format: (typeof FORMATS)[number]
}

/** @throws RerankError bad-usage */
function checkOptions(values: Values): EvalRequest {
  const { model } = values
  if (model === undefined) throw usageError('--model is missing', 'eval')
  const source = dataSource('eval', values)
  const metrics = chosenMetrics('eval', values, source.top)
  const { create, rank } = rerankerSettings('eval', model, values)
  const format = oneOf('eval', 'format', values.format ?? 'json', FORMATS)
  if (values.html !== undefined && model === FIRST_STAGE) {
    throw usageError('--html compares a model with the first stage: there is no model', 'eval')
  }
  if (values.lateCodes && model === FIRST_STAGE) {
    throw usageError(`--late-codes needs a model, not ${FIRST_STAGE}`, 'eval')
  }
  if (values.signals && model === FIRST_STAGE) throw usageError(`--signals needs a model, not ${FIRST_STAGE}`, 'eval')
  if (values.dump !== undefined && !values.signals) throw usageError('--dump is for --signals', 'eval')
  return { model, source, metrics, settings: { create: { ...create, cacheBytes: CACHE_BYTES }, rank }, format }
}

interface System {
  name: string
  reranker: Reranker | undefined
  views: number
  fusion: FusionMode
}

/** Ranks and measures all queries, or the rest of an interrupted run. Disposes of the reranker. */
async function evaluateAll(
  values: Values,
  { source, settings }: EvalRequest,
  { name, reranker, views, fusion }: System,
  evaluation: Evaluation,
  signal: AbortSignal,
): Promise<{ totals: Totals; firstStage: string }> {
  let progressFile: ProgressFile<FinishedQuery> | undefined
  let complete = false
  try {
    progressFile = await openProgress(values, reranker?.info)
    const data = await openData(source)
    const pace = new Pace(data.total === undefined ? undefined : Math.min(data.total, source.limit))
    const tag = name.replaceAll(/\s+/g, '-')
    const { firstStage } = data
    const totals = await rerankAll(data, {
      evaluation,
      progressFile,
      signal,
      top: source.top,
      limit: source.limit,
      onProgress: soFar => progress.update(pace.describe(soFar)),
      rank: reranker
        ? rankByModel(reranker, { ...settings.rank, signal }, { ...values, firstStage, views, fusion, tag })
        : rankByFirstStage(tag),
    })
    complete = true
    return { totals, firstStage }
  } finally {
    progress.clear()
    await progressFile?.close(complete)
    await reranker?.dispose()
  }
}

/** @returns undefined without an output that grows with every query */
async function openProgress(values: Values, info?: RerankerInfo): Promise<ProgressFile<FinishedQuery> | undefined> {
  const outputs = [values.run, values.dump].filter(path => path !== undefined)
  if (outputs.length === 0) return undefined
  const progressFile = await ProgressFile.open<FinishedQuery>(outputs, progressSettings(values, info))
  const { length } = progressFile.finished
  if (length > 0) console.error(`mvp-rerank: going on after ${length} finished queries of ${outputs[0]}`)
  return progressFile
}

/** The settings that must equal those of the interrupted run that this one continues. */
function progressSettings(values: object, info: RerankerInfo | undefined): object {
  const { run: _, perQuery: __, html: ___, format: ____, ...asked } = values as Record<string, unknown>
  return {
    ...asked,
    ...(info && { model: info.model, device: info.device, precision: info.precision, depth: info.depth }),
    version: VERSION,
  }
}
