import { type FileHandle, open } from 'node:fs/promises'
import type { Reranker } from '../client/types.js'
import { Evaluation } from '../eval/evaluate.js'
import { type EvalQuery, readQueries } from '../eval/queries.js'
import { formatRun } from '../eval/run.js'
import { type Command, usageError, wholeNumber } from './command.js'
import { print, progress } from './output.js'
import { openReranker, type RerankerSettings, rerankerOptions, rerankerSettings } from './reranker.js'

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
} as const

export const evalCommand: Command<typeof options> = {
  name: 'eval',
  summary: 'Rerank the candidates of a judged query set and print retrieval metrics.',
  usage: '--model <folder|name|bm25> --data <file> [options]',
  options,
  details: `
Data, a line each:  {"qid", "q_text", "bm25_results": [{"pid", "title", "text", "bm25_score"}], "qrels": {pid: grade}}
  Ids of passages belong to their query: they may start anew with each.
Output, one line:   {"queries", "ndcg@10", "mrr@10", "recall@10", "recall@<top>", "map@<top>", "pairs_per_second", "model", "device", "precision", "depth"}
  The metrics are those of trec_eval (linear gains, relevant from grade 1 on), means over the queries that have judgments.
  In the run file tied scores are lowered by the least step, so that trec_eval reads the ranking as it is.

Exit code: 0 done; 1 a file or the model cannot be read, or the run broke off; 2 wrong usage; 130 interrupted.`,
  examples: [
    'mvp-rerank eval --model mvp-mini --data dl21.jsonl.xz',
    'mvp-rerank eval --model bm25 --data dl21.jsonl.xz',
    'mvp-rerank eval --model ./my-model --data nfcorpus.jsonl.gz --limit 50 --top 20 --run out.trec',
  ],

  async run(values, { signal }) {
    const { model, data } = values
    if (model === undefined) throw usageError('--model is missing', 'eval')
    if (data === undefined) throw usageError('--data is missing', 'eval')
    const limit = values.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber('eval', 'limit', values.limit, 1)
    const top = wholeNumber('eval', 'top', values.top ?? '100', 1)
    const settings = rerankerSettings('eval', model, values)
    const run = values.run === undefined ? undefined : await openRun(values.run)
    const reranker = model === FIRST_STAGE ? undefined : await openReranker(settings, signal)
    const tag = (reranker?.info.model ?? FIRST_STAGE).replaceAll(/\s+/g, '-')

    const evaluation = new Evaluation(top)
    let read = 0
    let pairs = 0
    let seconds = 0
    try {
      for await (const query of readQueries(data)) {
        signal.throwIfAborted()
        const start = performance.now()
        const candidates = query.candidates.slice(0, top)
        const ranked = await rank({ ...query, candidates }, reranker, settings, signal)
        seconds += (performance.now() - start) / 1000
        pairs += candidates.length
        evaluation.add(
          ranked.map(result => result.id),
          query.qrels,
        )
        await run?.appendFile(formatRun(query.id, ranked, tag))
        progress.update(`${++read} queries, ${(pairs / seconds).toFixed(1)} pairs/s`)
        if (read === limit) break
      }
    } finally {
      progress.clear()
      await run?.close()
      await reranker?.dispose()
    }
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
    }
    await print(`${JSON.stringify(result)}\n`)
    return 0
  },
}

async function rank(
  { text, candidates }: EvalQuery,
  reranker: Reranker | undefined,
  settings: RerankerSettings,
  signal: AbortSignal,
): Promise<{ id: string; score: number }[]> {
  if (!reranker) return candidates.map(({ id, firstStageScore = 0 }) => ({ id, score: firstStageScore }))
  const { results } = await reranker.rank(text, candidates, { ...settings.rank, signal })
  return results.map(({ passage, score }) => ({ id: passage.id, score }))
}

/** Opened before anything is ranked: hours of work must not end at a path that cannot be written. */
async function openRun(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'w')
  } catch (cause) {
    throw usageError(`${path} cannot be written: ${(cause as Error).message}`, 'eval', cause)
  }
}
