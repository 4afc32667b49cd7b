import type { FusionOption, RankedPassage, Ranking, Signals } from '../client/types.js'
import { Evaluation } from '../eval/evaluate.js'
import type { EvalCandidate, EvalQuery } from '../eval/queries.js'
import type { FusionMode } from '../store/manifest.js'

type Result = RankedPassage<EvalCandidate>

/** A ranking to be judged, and the seconds that it took. */
interface Ranked {
  results: readonly Result[]
  seconds: number
}

const OPTIONS: Record<FusionMode, FusionOption> = { off: false, given: { embed: false }, embed: { embed: true } }
const ALONE = ['cosine', 'lateInteraction', 'firstStage'] as const satisfies readonly (keyof Signals)[]

/** What each signal alone, and each way to fuse them, makes of the same candidates. */
export class SignalEvaluation {
  private readonly rows = new Map<string, { evaluation: Evaluation; seconds: number }>()
  private pairs = 0

  /** @param top see Evaluation */
  constructor(private readonly top: number) {}

  /**
   * Ranks a query in every mode. The relevance vectors of the first run are kept by the cache, so that the later ones take the time that is theirs alone.
   * @returns the rankings by mode; `seconds` are those of a run by itself
   */
  async add(
    query: EvalQuery,
    candidates: readonly EvalCandidate[],
    rank: (fusion: FusionOption) => Promise<Ranking<EvalCandidate>>,
  ): Promise<Record<FusionMode, Ranked>> {
    const run = async (mode: FusionMode): Promise<Ranked> => {
      const start = performance.now()
      const { results } = await rank(OPTIONS[mode])
      return { results, seconds: (performance.now() - start) / 1000 }
    }
    const off = await run('off')
    const given = await run('given')
    const embed = await run('embed')
    this.pairs += candidates.length
    this.judge('mvp', query, off)
    for (const signal of ALONE) {
      const seconds = signal === 'firstStage' ? 0 : embed.seconds
      this.judge(signal, query, { results: bySignal(embed.results, signal), seconds })
    }
    const modes = {
      off,
      given: { ...given, seconds: off.seconds + given.seconds },
      embed: { ...embed, seconds: off.seconds + embed.seconds },
    }
    this.judge('fused, given', query, modes.given)
    this.judge('fused, embed', query, modes.embed)
    return modes
  }

  summary(): Record<string, { 'ndcg@10': number; pairs_per_second: number | null }> {
    const rows = [...this.rows].map(([name, { evaluation, seconds }]) => {
      const speed = seconds > 0 ? Number((this.pairs / seconds).toFixed(2)) : null
      return [name, { 'ndcg@10': evaluation.means()['ndcg@10']!, pairs_per_second: speed }]
    })
    return Object.fromEntries(rows)
  }

  private judge(name: string, { qrels }: EvalQuery, { results, seconds }: Ranked): void {
    const row = this.rows.get(name) ?? { evaluation: new Evaluation(this.top), seconds: 0 }
    row.evaluation.add(
      results.map(({ passage }) => passage.id),
      qrels,
    )
    row.seconds += seconds
    this.rows.set(name, row)
  }
}

/** A line of the file that models/train/fuse.py reads: signals and grades in the file's order of candidates, and the grades of all that was judged. */
export function dumpLine({ id, qrels }: EvalQuery, results: readonly Result[]): string {
  const inOrder = results.toSorted((a, b) => a.index - b.index)
  const column = (signal: keyof Signals) => inOrder.map(({ signals }) => signals?.[signal] ?? null)
  const signals = Object.fromEntries((['mvp', ...ALONE] as const).map(signal => [signal, column(signal)]))
  const grades = inOrder.map(({ passage }) => qrels.get(passage.id) ?? 0)
  return `${JSON.stringify({ qid: id, signals, grades, judged: [...qrels.values()] })}\n`
}

/** Highest first, those without it last; of equal ones the earlier candidate first. */
function bySignal(results: readonly Result[], signal: keyof Signals): Result[] {
  const value = ({ signals }: Result) => signals?.[signal] ?? -Infinity
  return results.toSorted((a, b) => (value(a) === value(b) ? a.index - b.index : value(b) - value(a)))
}
