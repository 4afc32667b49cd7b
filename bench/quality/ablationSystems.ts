import type { SignalWeights } from '../../src/api/models.js'
import type { CandidateSignals } from '../search/vectors.js'
import { meanOf } from '../support/mean.js'
import { columnsOf, fusedOrder, orderOf } from './fusedOrder.js'

/** What was left out, under what it is compared with: the first of its group. */
export interface System {
  group: string
  name: string
  /** Several where their mean nDCG is what counts: one view may be any of four. */
  orders: (list: CandidateSignals) => number[][]
}

const VIEWS = [0, 1, 2, 3]
const PAIRS = VIEWS.flatMap(a => VIEWS.filter(b => b > a).map(b => [a, b]))

/** All systems that one run at full depth can measure. */
export function systemsOf(weights: SignalWeights): System[] {
  const fused = (changed: Partial<SignalWeights>) => (list: CandidateSignals) => [
    fusedOrder(columnsOf(list.signals), { ...weights, ...changed }),
  ]
  const signal = (name: keyof SignalWeights) => (list: CandidateSignals) => [orderOf(columnsOf(list.signals)[name])]
  const views = (sets: readonly number[][]) => (list: CandidateSignals) =>
    sets.map(set => orderOf(Float32Array.from(list.views, scores => meanOf(set.map(view => scores[view]!)))))
  return [
    { group: 'signals', name: 'all, fused', orders: fused({}) },
    { group: 'signals', name: "without MVP's score", orders: fused({ mvp: 0 }) },
    { group: 'signals', name: 'without late interaction', orders: fused({ lateInteraction: 0 }) },
    { group: 'signals', name: 'without the first stage', orders: fused({ firstStage: 0 }) },
    { group: 'signals', name: "MVP's score alone", orders: signal('mvp') },
    { group: 'signals', name: 'late interaction alone', orders: signal('lateInteraction') },
    { group: 'signals', name: 'cosine alone', orders: signal('cosine') },
    { group: 'signals', name: 'first stage alone', orders: signal('firstStage') },
    { group: 'views', name: 'four', orders: views([VIEWS]) },
    ...VIEWS.map(view => ({
      group: 'views',
      name: `without view ${view + 1}`,
      orders: views([VIEWS.filter(other => other !== view)]),
    })),
    { group: 'views', name: 'two, mean of the six pairs', orders: views(PAIRS) },
    { group: 'views', name: 'one, mean of the four', orders: views(VIEWS.map(view => [view])) },
  ]
}
