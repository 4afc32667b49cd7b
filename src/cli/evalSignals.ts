import type { FusionMode } from '../api/models.js'
import type { FusionOption, RankedPassage, Ranking, Signals } from '../api/ranking.js'
import type { EvalCandidate, EvalQuery } from '../eval/queries.js'
import { FUSION } from './reranker.js'

type Result = RankedPassage<EvalCandidate>

/** A ranking and its duration. */
export interface TimedRanking {
  results: readonly Result[]
  seconds: number
}

const ALONE = ['cosine', 'lateInteraction', 'firstStage'] as const satisfies readonly (keyof Signals)[]

/** Every way to rank that `--signals` measures: each signal alone and each way to fuse them. */
export const SIGNAL_SYSTEMS = ['mvp', ...ALONE, 'fused, given', 'fused, embed'] as const
export type SignalSystem = (typeof SIGNAL_SYSTEMS)[number]

export async function timed(rank: () => Promise<Ranking<EvalCandidate>>): Promise<TimedRanking> {
  const start = performance.now()
  const { results } = await rank()
  return { results, seconds: (performance.now() - start) / 1000 }
}

/**
 * Ranks a query in every mode. The cache keeps the relevance vectors of the first run, so later runs take only their
 * additional time.
 * @returns the rankings by mode, and by every system of `--signals`; `seconds` are those without that cache
 */
export async function rankSignals(
  rank: (fusion: FusionOption) => Promise<Ranking<EvalCandidate>>,
): Promise<{ modes: Record<FusionMode, TimedRanking>; systems: Record<SignalSystem, TimedRanking> }> {
  const off = await timed(() => rank(FUSION.off))
  const given = await timed(() => rank(FUSION.given))
  const embed = await timed(() => rank(FUSION.embed))
  const modes = {
    off,
    given: { ...given, seconds: off.seconds + given.seconds },
    embed: { ...embed, seconds: off.seconds + embed.seconds },
  }
  const alone = (signal: keyof Signals, seconds: number) => ({ results: bySignal(embed.results, signal), seconds })
  const systems = {
    mvp: off,
    cosine: alone('cosine', embed.seconds),
    lateInteraction: alone('lateInteraction', embed.seconds),
    firstStage: alone('firstStage', 0),
    'fused, given': modes.given,
    'fused, embed': modes.embed,
  }
  return { modes, systems }
}

/**
 * A line of the file that `mvp_train.fuse` reads: signals and grades in the file's order of candidates, and the
 * grades of all judged passages.
 */
export function dumpLine({ id, qrels }: EvalQuery, results: readonly Result[]): string {
  const inOrder = results.toSorted((a, b) => a.index - b.index)
  const column = (signal: keyof Signals) => inOrder.map(({ signals }) => signals?.[signal] ?? null)
  const signals = Object.fromEntries((['mvp', ...ALONE] as const).map(signal => [signal, column(signal)]))
  const grades = inOrder.map(({ passage }) => qrels.get(passage.id) ?? 0)
  return `${JSON.stringify({ qid: id, signals, grades, judged: [...qrels.values()] })}\n`
}

/** Highest first, candidates without the signal last, equal ones in list order. */
function bySignal(results: readonly Result[], signal: keyof Signals): Result[] {
  const value = ({ signals }: Result) => signals?.[signal] ?? -Infinity
  return results.toSorted((a, b) => (value(a) === value(b) ? a.index - b.index : value(b) - value(a)))
}
