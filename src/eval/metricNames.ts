import { averagePrecision, ndcg, precision, type Qrels, recall, reciprocalRank } from './metrics.js'

/** A metric by its name, such as `ndcg@10`. Without a cut-off it covers the whole list. */
export interface Metric {
  name: string
  compute(ranked: readonly string[], qrels: Qrels): number
}

const families = { ndcg, mrr: reciprocalRank, map: averagePrecision, recall, p: precision } as const

/** These mean nothing without a cut-off. */
const NEED_CUT_OFF = ['recall', 'p']

export const METRIC_FORMS = 'ndcg@k, mrr@k, map@k, recall@k, p@k, or ndcg, mrr, map over the whole list'

/**
 * @param level the least grade that counts as relevant; nDCG takes the grades themselves
 * @returns undefined for an unknown name
 * @example parseMetric('recall@100', 1)?.compute(['a', 'b'], new Map([['b', 1]])) // 1
 */
export function parseMetric(name: string, level: number): Metric | undefined {
  const { family, cut } = /^(?<family>[a-z]+)(?:@(?<cut>[1-9]\d*))?$/i.exec(name.trim())?.groups ?? {}
  const key = family?.toLowerCase() ?? ''
  if (!Object.hasOwn(families, key) || (cut === undefined && NEED_CUT_OFF.includes(key))) return undefined
  const compute = families[key as keyof typeof families]
  const k = cut === undefined ? Number.POSITIVE_INFINITY : Number(cut)
  return {
    name: cut === undefined ? key : `${key}@${cut}`,
    compute: (ranked, qrels) => compute(ranked, qrels, k, level),
  }
}

/** The metrics that are measured by default. @param top depth of the lists */
export function defaultMetrics(top: number): string[] {
  return [...new Set(['ndcg@10', 'mrr@10', 'recall@10', `recall@${top}`, `map@${top}`, 'p@10'])]
}
