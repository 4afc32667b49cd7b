import { basename } from 'node:path'
import { RerankError } from '../api/errors.js'
import type { FusionMode } from '../api/models.js'
import type { RankedPassage, RankOptions, RerankerInfo } from '../api/ranking.js'
import { VERSION } from '../api/version.js'
import { compareSystems } from '../eval/comparison.js'
import { Evaluation } from '../eval/evaluate.js'
import type { Metric } from '../eval/metricNames.js'
import { openData } from '../eval/openData.js'
import { ProgressFile } from '../eval/progressFile.js'
import type { EvalCandidate } from '../eval/queries.js'
import { renderReport } from '../eval/report/report.js'
import { type Finished, MODEL, rerankAll, type Totals } from '../eval/rerankAll.js'
import { formatRun } from '../eval/run.js'
import { comparisonTable, meansTable } from '../eval/table.js'
import { assertWritable } from '../eval/writable.js'
import { type CommandSpec, oneOf, usageError } from './command.js'
import { dataOptions, dataSource } from './dataOptions.js'
import { dumpLine, rankSignals, SIGNAL_SYSTEMS, type SignalSystem, timed } from './evalSignals.js'
import { chosenMetrics, metricOptions } from './metricOptions.js'
import { print, progress, writeText } from './output.js'
import { Pace } from './pace.js'
import { openReranker, rerankerOptions, rerankerSettings } from './reranker.js'

/** The name that stands for no model at all: the first stage's own order. */
const FIRST_STAGE = 'bm25'

/** A collection's passages come up under many queries, and are read alone once. */
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
    about: 'Also write the rankings as a TREC run; when killed, the same command goes on from there.',
  },
  format: {
    value: `<${FORMATS.join('|')}>`,
    default: 'json',
    about: 'What is printed; the table also tests the model against the first stage.',
  },
  html: {
    value: '<file>',
    about: 'Also write a report: the model against the first stage, wins and losses by query.',
  },
  'per-query': { value: '<file>', about: "Also write each query's metrics, JSON lines." },
  ...rerankerOptions,
  views: { about: 'Also print the nDCG@10 of each view alone.' },
  signals: { about: 'Also print the nDCG@10 of each signal alone and of each way to fuse them.' },
  dump: {
    value: '<file>',
    about: 'With --signals: also write the signals of each candidate, as JSON lines.',
  },
} as const

export const evalCommand: CommandSpec<typeof options> = {
  name: 'eval',
  summary: 'Rerank the candidates of a judged query set and print retrieval metrics.',
  usage: '--model <folder|name|bm25> --data <path> [options]',
  options,
  details: `
Data, a folder, each file plain, .gz or .xz:
  BEIR        corpus.jsonl, queries.jsonl, qrels/<split>.tsv
  MS MARCO    collection.tsv, queries.<split>.tsv, qrels.<split>.tsv; T2Ranking likewise
  Multi-CPR   corpus.tsv, <split>.query.txt, qrels.<split>.tsv
  The candidates come from --candidates, or are the best by BM25.
Data, a file:
  .jsonl      a line each {"qid", "q_text", "bm25_results": [{"pid", "title", "text", "bm25_score"}], "qrels": {pid: grade}}
              Ids of passages belong to their query: they may start anew with each.
  .tsv        MS MARCO's top1000, a line each qid, pid, query, passage; with --qrels
Output, one line:   {"queries", <metric>: mean, ..., "pairs_per_second", "model", "device", "precision", "depth", "fusion"}; with a model also "first_stage": {<metric>: mean, ...}; with --views also "view_ndcg@10": [number, ...]; with --signals also "signals": {name: {"ndcg@10", "pairs_per_second"}}.
  Views and signals are measured by the first of --metrics.
  The metrics are those of trec_eval (linear gains, relevant from grade 1 on), means over the queries that have judgments.
  In the run file tied scores are lowered by the least step, so that trec_eval reads the ranking as it is.

Exit code: 0 done; 1 a file or the model cannot be read, or the run broke off; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz',
    'mvp-rerank eval --model bm25 --data beir/scifact --metrics ndcg@10,recall@100',
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz --signals --dump signals.jsonl',
    'mvp-rerank eval --model ./my-model --data nfcorpus.jsonl.gz --limit 50 --top 20 --run out.trec',
  ],

  async run(values, { signal }) {
    const { model } = values
    if (model === undefined) throw usageError('--model is missing', 'eval')
    const source = dataSource('eval', values)
    const metrics = chosenMetrics('eval', values, source.top)
    const settings = rerankerSettings('eval', model, values)
    const format = oneOf('eval', 'format', values.format ?? 'json', FORMATS)
    if (values.html !== undefined && model === FIRST_STAGE) {
      throw usageError('--html compares a model with the first stage: there is no model', 'eval')
    }
    if (values.signals && model === FIRST_STAGE) throw usageError(`--signals needs a model, not ${FIRST_STAGE}`, 'eval')
    if (values.dump !== undefined && !values.signals) throw usageError('--dump is for --signals', 'eval')
    const create = { ...settings.create, cacheBytes: CACHE_BYTES }
    const reranker = model === FIRST_STAGE ? undefined : await openReranker({ ...settings, create }, signal)
    const info = reranker?.info
    const views = values.views && info ? info.views : 0
    const mode = values.fusion === undefined ? (info?.fusion?.mode ?? 'off') : (values.fusion as FusionMode)
    const tag = (info?.model ?? FIRST_STAGE).replaceAll(/\s+/g, '-')
    const outputs = [values.run, values.dump].filter(path => path !== undefined)

    for (const output of [values.html, values.perQuery]) if (output !== undefined) await assertWritable(output)

    const evaluation = new Evaluation(metrics)
    let progressFile: ProgressFile<Finished> | undefined
    let complete = false
    let totals: Totals
    let firstStage: string
    try {
      if (outputs.length > 0) {
        progressFile = await ProgressFile.open<Finished>(outputs, checkpointed(values, info))
        const { length } = progressFile.finished
        if (length > 0) console.error(`mvp-rerank: going on after ${length} finished queries of ${outputs[0]}`)
      }
      const data = await openData(source)
      firstStage = data.firstStage
      const pace = new Pace(data.total === undefined ? undefined : Math.min(data.total, source.limit))
      totals = await rerankAll(data, {
        evaluation,
        progressFile,
        signal,
        top: source.top,
        limit: source.limit,
        onProgress: soFar => progress.update(pace.describe(soFar)),
        async rank(query, candidates) {
          if (!reranker) {
            const ranked = candidates.map(({ id, firstStageScore = 0 }) => ({ id, score: firstStageScore }))
            return {
              ranked: ranked.map(({ id }) => id),
              others: {},
              seconds: 0,
              texts: [formatRun(query.id, ranked, tag)],
            }
          }
          const rank = (options: RankOptions = {}) =>
            reranker.rank(query.text, candidates, { ...settings.rank, explain: views > 0, signal, ...options })
          const signals = values.signals ? await rankSignals(fusion => rank({ fusion, explain: true })) : undefined
          const { results, seconds } = signals?.modes[mode] ?? (await timed(() => rank()))
          const perView = Array.from({ length: views }, (_, view) => [viewName(view), byView(results, view)])
          const perSignal = Object.entries(signals?.systems ?? {})
          return {
            ranked: ids(results),
            others: {
              [firstStage]: candidates.map(({ id }) => id),
              ...Object.fromEntries(perView),
              ...Object.fromEntries(perSignal.map(([name, ranking]) => [name, ids(ranking.results)])),
            },
            seconds,
            timings: Object.fromEntries(perSignal.map(([name, ranking]) => [name, ranking.seconds])),
            texts: [
              ...(values.run === undefined ? [] : [formatRun(query.id, results.map(toEntry), tag)]),
              ...(values.dump === undefined ? [] : [dumpLine(query, signals!.modes.embed.results)]),
            ],
          }
        },
      })
      complete = true
    } finally {
      progress.clear()
      await progressFile?.close(complete)
      await reranker?.dispose()
    }
    if (evaluation.queries.length === 0) {
      throw new RerankError('bad-data', `${values.data ?? values.queries} holds no query with judgments`)
    }
    if (values.perQuery !== undefined) await writeText(values.perQuery, perQuery(evaluation))
    const { device = null, precision = null, depth = null } = info ?? {}
    const pairsPerSecond = reranker && totals.pairs > 0 ? Number((totals.pairs / totals.seconds).toFixed(2)) : null
    const result = {
      queries: evaluation.queries.length,
      ...evaluation.means(MODEL),
      pairs_per_second: pairsPerSecond,
      model: info?.model ?? FIRST_STAGE,
      device,
      precision,
      depth,
      fusion: reranker ? mode : null,
      ...(reranker && { first_stage: evaluation.means(firstStage) }),
      ...(values.signals && { signals: signalSummary(evaluation, totals) }),
      ...(views > 0 && {
        [`view_${metrics[0]!.name}`]: Array.from(
          { length: views },
          (_, view) => evaluation.means(viewName(view))[metrics[0]!.name],
        ),
      }),
    }
    if (values.html !== undefined) {
      const facts = Object.entries(result).filter((fact): fact is [string, string | number] => isFact(fact))
      const data = (['data', 'split', 'candidates', 'corpus', 'queries', 'qrels'] as const).flatMap(
        (name): [string, string][] => (values[name] === undefined ? [] : [[name, values[name]]]),
      )
      const report = renderReport(compareSystems(evaluation, firstStage, MODEL), {
        title: `${result.model} on ${basename(source.data ?? source.corpus!)}`,
        facts: [...data, ...facts.map(([name, value]): [string, string] => [name.replaceAll('_', ' '), String(value)])],
      })
      await writeText(values.html, report)
    }
    if (format === 'json') await print(`${JSON.stringify(result)}\n`)
    else if (reranker) await print(comparisonTable(compareSystems(evaluation, firstStage, MODEL)))
    else {
      const metricNames = metrics.map(({ name }) => name)
      await print(`${meansTable(metricNames, { [firstStage]: evaluation.means(MODEL) })}${result.queries} queries\n`)
    }
    return 0
  },
}

/** What of the result is about the run; the metrics have their own table. */
function isFact([name, value]: [string, unknown]): boolean {
  return ['pairs_per_second', 'model', 'device', 'precision', 'depth', 'fusion'].includes(name) && value !== null
}

function signalSummary(evaluation: Evaluation, { pairs, timings }: Totals): object {
  const [{ name }] = evaluation.metrics as [Metric]
  const summary = (system: SignalSystem) => {
    const seconds = timings[system] ?? 0
    const speed = seconds > 0 ? Number((pairs / seconds).toFixed(2)) : null
    return { [name]: evaluation.means(system)[name], pairs_per_second: speed }
  }
  return Object.fromEntries(SIGNAL_SYSTEMS.map(system => [system, summary(system)]))
}

type Result = RankedPassage<EvalCandidate>

function ids(results: readonly Result[]): string[] {
  return results.map(({ passage }) => passage.id)
}

function toEntry({ passage, score }: Result): { id: string; score: number } {
  return { id: passage.id, score }
}

function viewName(view: number): string {
  return `view ${view + 1}`
}

/** The order that one view's scores would give; of equal ones the earlier candidate first, as in a ranking. */
function byView(results: readonly Result[], view: number): string[] {
  return ids(results.toSorted((a, b) => b.stage - a.stage || b.views![view]! - a.views![view]! || a.index - b.index))
}

/** What a run must have in common with the one that it goes on with. */
function checkpointed(values: object, info: RerankerInfo | undefined): object {
  const { run: _, perQuery: __, html: ___, format: ____, ...asked } = values as Record<string, unknown>
  return {
    ...asked,
    ...(info && { model: info.model, device: info.device, precision: info.precision, depth: info.depth }),
    version: VERSION,
  }
}

function perQuery({ queries }: Evaluation): string {
  return queries
    .map(({ id, systems: { [MODEL]: own, ...others } }) => `${JSON.stringify({ qid: id, ...own, ...others })}\n`)
    .join('')
}
