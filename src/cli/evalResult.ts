import { basename } from 'node:path'
import type { FusionMode } from '../api/models.js'
import type { RerankerInfo } from '../api/ranking.js'
import { compareSystems } from '../eval/comparison.js'
import type { Evaluation } from '../eval/evaluate.js'
import type { Metric } from '../eval/metricNames.js'
import type { DataSource } from '../eval/openData.js'
import { renderReport } from '../eval/report/report.js'
import { MODEL, type Totals } from '../eval/rerankAll.js'
import { comparisonTable, meansTable } from '../eval/table.js'
import { LATE_CODES, viewName } from './evalQuery.js'
import { SIGNAL_SYSTEMS, type SignalSystem } from './evalSignals.js'
import { print } from './output.js'

/** What was evaluated. */
export interface EvaluatedSystem {
  /** The model's name, or that of the first stage. */
  name: string
  /** Absent for the first stage. */
  info: RerankerInfo | undefined
  firstStage: string
  views: number
  lateCodes: boolean
  fusion: FusionMode
  signals: boolean
}

/** The line that `eval` prints, before it is JSON. */
export type EvalResult = ReturnType<typeof summarize>

export function summarize(evaluation: Evaluation, totals: Totals, system: EvaluatedSystem) {
  const { name, info, firstStage, views, lateCodes, fusion, signals } = system
  const { device = null, precision = null, depth = null } = info ?? {}
  const metric = evaluation.metrics[0]!.name
  return {
    queries: evaluation.queries.length,
    ...evaluation.means(MODEL),
    pairs_per_second: info && totals.pairs > 0 ? Number((totals.pairs / totals.seconds).toFixed(2)) : null,
    model: name,
    device,
    precision,
    depth,
    fusion: info ? fusion : null,
    ...(info && { first_stage: evaluation.means(firstStage) }),
    ...(lateCodes && { late_codes: evaluation.means(LATE_CODES) }),
    ...(signals && { signals: signalSummary(evaluation, totals) }),
    ...(views > 0 && {
      [`view_${metric}`]: Array.from({ length: views }, (_, view) => evaluation.means(viewName(view))[metric]),
    }),
  }
}

/** The HTML report: the model against the first stage. */
export function renderEvalReport(
  evaluation: Evaluation,
  firstStage: string,
  result: EvalResult,
  source: DataSource,
): string {
  const files = (['data', 'split', 'candidates', 'corpus', 'queries', 'qrels'] as const).flatMap(
    (name): [string, string][] => (source[name] === undefined ? [] : [[name, source[name]]]),
  )
  const facts = Object.entries(result)
    .filter(isFact)
    .map(([name, value]): [string, string] => [name.replaceAll('_', ' '), String(value)])
  return renderReport(compareSystems(evaluation, firstStage, MODEL), {
    title: `${result.model} on ${basename(source.data ?? source.corpus!)}`,
    facts: [...files, ...facts],
  })
}

export async function printResult(
  format: 'json' | 'table',
  evaluation: Evaluation,
  firstStage: string,
  result: EvalResult,
): Promise<void> {
  if (format === 'json') await print(`${JSON.stringify(result)}\n`)
  else if ('first_stage' in result) await print(comparisonTable(compareSystems(evaluation, firstStage, MODEL)))
  else {
    const metricNames = evaluation.metrics.map(({ name }) => name)
    await print(`${meansTable(metricNames, { [firstStage]: evaluation.means(MODEL) })}${result.queries} queries\n`)
  }
}

/** Each query's metrics, as JSON lines. */
export function perQueryLines({ queries }: Evaluation): string {
  return queries
    .map(({ id, systems: { [MODEL]: own, ...others } }) => `${JSON.stringify({ qid: id, ...own, ...others })}\n`)
    .join('')
}

/** The fields about the run; the metrics have their own table. */
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
