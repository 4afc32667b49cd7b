import type { FusionMode } from '../api/models.js'
import type { RankedPassage, RankOptions, Reranker } from '../api/ranking.js'
import type { EvalCandidate } from '../eval/queries.js'
import type { RankedQuery, RerankAllOptions } from '../eval/rerankAll.js'
import { formatRun } from '../eval/run.js'
import { dumpLine, rankSignals, timed } from './evalSignals.js'

/** Name of the order with codes. */
export const LATE_CODES = 'late codes'

type RankQuery = RerankAllOptions['rank']
type Result = RankedPassage<EvalCandidate>

/** The orders that are measured beside the model's, and the outputs. */
export interface MeasuredOrders {
  /** Name of the first stage. */
  firstStage: string
  /** The number of views that are measured one by one. */
  views: number
  /** How the model's own ranking fuses signals. */
  fusion: FusionMode
  signals?: boolean
  /** Also the order with codes in place of reading passages alone. */
  lateCodes?: boolean
  run?: string
  dump?: string
  /** Tag of the TREC run. */
  tag: string
}

/** Keeps the candidates in the order of the first stage. */
export function rankByFirstStage(tag: string): RankQuery {
  return async (query, candidates) => {
    const ranked = candidates.map(({ id, firstStageScore = 0 }) => ({ id, score: firstStageScore }))
    return { ranked: ranked.map(({ id }) => id), others: {}, seconds: 0, texts: [formatRun(query.id, ranked, tag)] }
  }
}

/** Ranks the candidates by the model and by every other measured order. */
export function rankByModel(reranker: Reranker, rankOptions: RankOptions, measured: MeasuredOrders): RankQuery {
  const { firstStage, views, fusion, signals: withSignals, lateCodes, run, dump, tag } = measured
  return async (query, candidates): Promise<RankedQuery> => {
    const rank = (options: RankOptions = {}) =>
      reranker.rank(query.text, candidates, { ...rankOptions, explain: views > 0, ...options })
    const signals = withSignals ? await rankSignals(fusion => rank({ fusion, explain: true })) : undefined
    const { results, seconds } = signals?.modes[fusion] ?? (await timed(() => rank()))
    const coded = lateCodes
      ? await reranker.rank(query.text, await withCodes(reranker, candidates), rankOptions)
      : undefined
    const perView = Array.from({ length: views }, (_, view) => [viewName(view), byView(results, view)])
    const perSignal = Object.entries(signals?.systems ?? {})
    return {
      ranked: ids(results),
      others: {
        [firstStage]: candidates.map(({ id }) => id),
        ...Object.fromEntries(perView),
        ...(coded && { [LATE_CODES]: ids(coded.results) }),
        ...Object.fromEntries(perSignal.map(([name, ranking]) => [name, ids(ranking.results)])),
      },
      seconds,
      timings: Object.fromEntries(perSignal.map(([name, ranking]) => [name, ranking.seconds])),
      texts: [
        ...(run === undefined ? [] : [formatRun(query.id, results.map(toRunEntry), tag)]),
        ...(dump === undefined ? [] : [dumpLine(query, signals!.modes.embed.results)]),
      ],
    }
  }
}

async function withCodes(reranker: Reranker, candidates: readonly EvalCandidate[]): Promise<EvalCandidate[]> {
  const codes = await reranker.encode(candidates.map(({ title, text }) => `${title ?? ''} ${text}`))
  return candidates.map((candidate, i) => ({ ...candidate, tokens: codes[i]! }))
}

export function viewName(view: number): string {
  return `view ${view + 1}`
}

function ids(results: readonly Result[]): string[] {
  return results.map(({ passage }) => passage.id)
}

function toRunEntry({ passage, score }: Result): { id: string; score: number } {
  return { id: passage.id, score }
}

/** The order by one view's scores. Of equal ones the earlier candidate comes first, as in a ranking. */
function byView(results: readonly Result[], view: number): string[] {
  return ids(results.toSorted((a, b) => b.stage - a.stage || b.views![view]! - a.views![view]! || a.index - b.index))
}
