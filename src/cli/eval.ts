import { type FileHandle, open } from 'node:fs/promises'
import type { RankedPassage, RankOptions } from '../client/types.js'
import { RerankError } from '../errors.js'
import { Evaluation } from '../eval/evaluate.js'
import { type EvalCandidate, readQueries } from '../eval/queries.js'
import { formatRun } from '../eval/run.js'
import type { FusionMode } from '../store/manifest.js'
import { type Command, usageError, wholeNumber } from './command.js'
import { dumpLine, SignalEvaluation } from './evalSignals.js'
import { print, progress } from './output.js'
import { openReranker, rerankerOptions, rerankerSettings } from './reranker.js'

/** The name that stands for no model at all: the first stage's own order. */
const FIRST_STAGE = 'bm25'

const options = {
  model: {
    type: 'string',
    value: '<folder|name>',
    about: `A converted model, or ${FIRST_STAGE} for the order of the file. Required.`,
  },
  data: {
    type: 'string',
    value: '<file>',
    about: 'Queries with candidates and judgments: .jsonl, .jsonl.xz or .jsonl.gz. Required.',
  },
  limit: { type: 'string', value: '<n>', default: 'all', about: 'Only the first n queries.' },
  top: {
    type: 'string',
    value: '<n>',
    default: '100',
    about: 'Candidates per query to rerank, and the cut-off of recall and MAP.',
  },
  run: { type: 'string', value: '<file>', about: 'Also write the rankings as a TREC run.' },
  ...rerankerOptions,
  views: { type: 'boolean', about: 'Also print the nDCG@10 of each view alone.' },
  signals: { type: 'boolean', about: 'Also print the nDCG@10 of each signal alone and of each way to fuse them.' },
  dump: {
    type: 'string',
    value: '<file>',
    about: 'With --signals: also write the signals of each candidate, as JSON lines.',
  },
} as const

export const evalCommand: Command<typeof options> = {
  name: 'eval',
  summary: 'Rerank the candidates of a judged query set and print retrieval metrics.',
  usage: '--model <folder|name|bm25> --data <file> [options]',
  options,
  details: `
Data, a line each:  {"qid", "q_text", "bm25_results": [{"pid", "title", "text", "bm25_score"}], "qrels": {pid: grade}}
  Ids of passages belong to their query: they may start anew with each.
Output, one line:   {"queries", "ndcg@10", "mrr@10", "recall@10", "recall@<top>", "map@<top>", "pairs_per_second", "model", "device", "precision", "depth", "fusion"}; with --views also "view_ndcg@10": [number, ...]; with --signals also "signals": {name: {"ndcg@10", "pairs_per_second"}}.
  The metrics are those of trec_eval (linear gains, relevant from grade 1 on), means over the queries that have judgments.
  In the run file tied scores are lowered by the least step, so that trec_eval reads the ranking as it is.

Exit code: 0 done; 1 a file or the model cannot be read, or the run broke off; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz',
    'mvp-rerank eval --model bm25 --data dl21.jsonl.xz',
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz --signals --dump signals.jsonl',
    'mvp-rerank eval --model ./my-model --data nfcorpus.jsonl.gz --limit 50 --top 20 --run out.trec',
  ],

  async run(values, { signal }) {
    const { model, data } = values
    if (model === undefined) throw usageError('--model is missing', 'eval')
    if (data === undefined) throw usageError('--data is missing', 'eval')
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('eval', 'limit', values.limit, 1)
    const top = wholeNumber('eval', 'top', values.top ?? '100', 1)
    const settings = rerankerSettings('eval', model, values)
    if (values.signals && model === FIRST_STAGE) throw usageError(`--signals needs a model, not ${FIRST_STAGE}`, 'eval')
    if (values.dump !== undefined && !values.signals) throw usageError('--dump is for --signals', 'eval')
    const reranker = model === FIRST_STAGE ? undefined : await openReranker(settings, signal)
    const run = values.run === undefined ? undefined : await openOutput(values.run)
    const dump = values.dump === undefined ? undefined : await openOutput(values.dump)
    const tag = (reranker?.info.model ?? FIRST_STAGE).replaceAll(/\s+/g, '-')

    const explain = values.views ?? false
    const evaluation = new Evaluation(top)
    const perSignal = values.signals && reranker ? new SignalEvaluation(top) : undefined
    const mode = values.fusion === undefined ? (reranker?.info.fusion?.mode ?? 'off') : (values.fusion as FusionMode)
    const perView = Array.from({ length: explain && reranker ? reranker.info.views : 0 }, () => new Evaluation(top))
    let read = 0
    let pairs = 0
    let seconds = 0
    try {
      for await (const query of readQueries(data)) {
        signal.throwIfAborted()
        const candidates = query.candidates.slice(0, top)
        const start = performance.now()
        const rank = (options: RankOptions = {}) =>
          reranker!.rank(query.text, candidates, { ...settings.rank, explain, signal, ...options })
        let results: readonly Result[]
        if (perSignal) {
          const modes = await perSignal.add(query, candidates, fusion => rank({ fusion, explain: true }))
          await dump?.appendFile(dumpLine(query, modes.embed.results))
          results = modes[mode].results
          seconds += modes[mode].seconds
        } else {
          results = reranker ? (await rank()).results : candidates.map(inFileOrder)
          seconds += (performance.now() - start) / 1000
        }
        pairs += candidates.length
        evaluation.add(ids(results), query.qrels)
        for (const [view, alone] of perView.entries()) alone.add(ids(byView(results, view)), query.qrels)
        const ranked = results.map(({ passage, score }) => ({ id: passage.id, score }))
        await run?.appendFile(formatRun(query.id, ranked, tag))
        progress.update(`${++read} queries, ${(pairs / seconds).toFixed(1)} pairs/s`)
        if (read === limit) break
      }
    } finally {
      progress.clear()
      await run?.close()
      await dump?.close()
      await reranker?.dispose()
    }
    if (evaluation.queries === 0) throw new RerankError('bad-data', `${data} holds no query with judgments`)
    const { device = null, precision = null, depth = null } = reranker?.info ?? {}
    const pairsPerSecond = reranker && pairs > 0 ? Number((pairs / seconds).toFixed(2)) : null
    const result = {
      queries: evaluation.queries,
      ...evaluation.means(),
      pairs_per_second: pairsPerSecond,
      model: reranker?.info.model ?? FIRST_STAGE,
      device,
      precision,
      depth,
      fusion: reranker ? mode : null,
      ...(perSignal && { signals: perSignal.summary() }),
      ...(explain && { 'view_ndcg@10': perView.map(alone => alone.means()['ndcg@10']) }),
    }
    await print(`${JSON.stringify(result)}\n`)
    return 0
  },
}

type Result = RankedPassage<EvalCandidate>

function inFileOrder(passage: EvalCandidate, index: number): Result {
  return { index, score: passage.firstStageScore ?? 0, stage: 0, passage }
}

/** The order that one view's scores would give; of equal ones the earlier candidate first, as in a ranking. */
function byView(results: readonly Result[], view: number): Result[] {
  return results.toSorted((a, b) => b.stage - a.stage || b.views![view]! - a.views![view]! || a.index - b.index)
}

function ids(results: readonly Result[]): string[] {
  return results.map(({ passage }) => passage.id)
}

/**
 * Opened before anything is ranked, but after the model: hours of work must not end at a path that cannot be written, nor a
 * mistyped model empty an earlier run.
 */
async function openOutput(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w')
  } catch (cause) {
    throw usageError(`${path} cannot be written: ${(cause as Error).message}`, 'eval', cause)
  }
}
