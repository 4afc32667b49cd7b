import { RerankError } from '../api/errors.js'
import type { Signal } from '../api/models.js'
import type { RankOptions, Reranker, RerankerInfo } from '../api/ranking.js'
import { SIGNALS } from '../api/signals.js'
import { Evaluation } from '../eval/evaluate.js'
import type { SignalList } from '../eval/fitFusion.js'
import { type DataSource, openData } from '../eval/openData.js'
import type { EvalCandidate, EvalQuery } from '../eval/queries.js'
import { rerankAll } from '../eval/rerankAll.js'
import { progress } from './output.js'
import { Pace } from './pace.js'
import { FUSION, openReranker, type RerankerSettings } from './reranker.js'

export const isEmbedder = ({ scoring }: RerankerInfo) => scoring === 'similarity' || scoring === 'late-interaction'

export interface ReadSignals {
  info: RerankerInfo
  /** At full depth. */
  lists: SignalList[]
  /** Of a model with several exits: at the first one. */
  cheap: SignalList[]
}

/** The signals of every judged query. @throws RerankError unsupported for a model without embeddings */
export async function readSignals(
  { source, settings }: { source: DataSource; settings: RerankerSettings },
  signal: AbortSignal,
): Promise<ReadSignals> {
  const reranker = await openReranker(settings, signal)
  try {
    return await readAll(reranker, source, { ...settings.rank, signal }, signal)
  } finally {
    progress.clear()
    await reranker.dispose()
  }
}

async function readAll(
  reranker: Reranker,
  source: DataSource,
  rankOptions: RankOptions,
  signal: AbortSignal,
): Promise<ReadSignals> {
  const { info } = reranker
  const { depths, scoring, model } = info
  if (scoring === 'pointwise') {
    throw new RerankError('unsupported', `The model ${model} is pointwise: it has no embeddings to fuse with.`, {
      remedy: 'Use a listwise model or an embedder.',
    })
  }
  const [first, last] = [depths[0]!, depths.at(-1)!]
  const lists: SignalList[] = []
  const cheap: SignalList[] = []
  const data = await openData(source)
  const pace = new Pace(data.total === undefined ? undefined : Math.min(data.total, source.limit))
  await rerankAll(data, {
    evaluation: new Evaluation([]),
    signal,
    top: source.top,
    limit: source.limit,
    onProgress: soFar => progress.update(pace.describe(soFar)),
    rank: async (query, candidates) => {
      const start = performance.now()
      if (query.qrels.size > 0 && isEmbedder(info)) {
        lists.push(await ownScores(reranker, query, candidates, rankOptions))
      } else if (query.qrels.size > 0) {
        lists.push(await signalsAt(reranker, query, candidates, { ...rankOptions, depth: last }))
        if (first !== last) cheap.push(await signalsAt(reranker, query, candidates, { ...rankOptions, depth: first }))
      }
      return { ranked: [], others: {}, seconds: (performance.now() - start) / 1000, texts: [] }
    },
  })
  return { info, lists, cheap }
}

async function signalsAt(
  reranker: Reranker,
  query: EvalQuery,
  candidates: EvalCandidate[],
  rankOptions: RankOptions,
): Promise<SignalList> {
  const asked = { ...rankOptions, explain: true, refine: 0, fusion: FUSION.embed }
  const { results } = await reranker.rank(query.text, candidates, asked)
  const inOrder = results.toSorted((a, b) => a.index - b.index)
  const column = (signal: Signal) => inOrder.map(({ signals }) => signals?.[signal] ?? Number.NaN)
  return listOf(query, candidates, Object.fromEntries(SIGNALS.map(signal => [signal, column(signal)])))
}

async function ownScores(
  reranker: Reranker,
  query: EvalQuery,
  candidates: EvalCandidate[],
  rankOptions: RankOptions,
): Promise<SignalList> {
  const { results } = await reranker.rank(query.text, candidates, { ...rankOptions, fusion: FUSION.off })
  const mvp = results.toSorted((a, b) => a.index - b.index).map(({ score }) => score)
  return listOf(query, candidates, { mvp, firstStage: candidates.map(firstStage) })
}

const firstStage = ({ firstStageScore = Number.NaN }: EvalCandidate) => firstStageScore

function listOf(
  { id, qrels }: EvalQuery,
  candidates: readonly EvalCandidate[],
  columns: Partial<SignalList['columns']>,
): SignalList {
  const unknown = candidates.map(() => Number.NaN)
  return {
    id,
    qrels,
    passages: candidates.map(candidate => candidate.id),
    columns: { mvp: unknown, cosine: unknown, lateInteraction: unknown, firstStage: unknown, ...columns },
  }
}
