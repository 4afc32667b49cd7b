import { expect, it } from 'vitest'
import type { RerankerInfo } from '../src/index.js'
import { scoreLegend } from './scoreLegend.js'

const weights = { mvp: 1, cosine: 0, lateInteraction: 1.109, firstStage: 0.211 }
const first = { mvp: 1, cosine: 1.25, lateInteraction: 0.687, firstStage: 0.694 }
const fused = {
  scoring: 'listwise',
  views: 4,
  depth: 6,
  fusion: { mode: 'embed', weights: { embed: weights, given: weights, cascade: first } },
} satisfies Pick<RerankerInfo, 'scoring' | 'views' | 'depth' | 'fusion'>
const { fusion: _, ...plain } = fused
const result = (score: number, mvp: number, stage = 0) => ({ score, stage, signals: { mvp } })

it('names the signals that have a weight, without the score of a first stage, which these passages lack', () => {
  expect(scoreLegend(fused, [result(1, 4), result(-1, 2)])).toBe(
    'The number is the score: 1 × mean over 4 views + 1.11 × word-by-word match, each in standard deviations from its mean in this list. A bar is one view, from its lowest score in this list to its highest. Scores compare passages of one list only.',
  )
})

it('says that the mean of the views is the score where nothing is fused, or nothing else tells passages apart', () => {
  const mean = /^The number is the score: the mean over 4 views\./
  expect(scoreLegend(plain, [{ score: 1, stage: 0 }])).toMatch(mean)
  expect(scoreLegend({ ...fused, fusion: { ...fused.fusion, mode: 'off' } }, [])).toMatch(mean)
  expect(scoreLegend(fused, [result(4, 4)])).toMatch(mean)
})

it('knows that a pointwise model has no views, and that the best of a cascade stand apart', () => {
  expect(scoreLegend({ ...plain, scoring: 'pointwise', views: 0 }, [{ score: 1, stage: 0 }])).toBe(
    'The number is the score: the model’s logit for the query and this passage alone. Higher is better.',
  )
  const legend = scoreLegend({ ...fused, depth: 'cascade' }, [result(1, 4, 1), result(0, 3, 1), result(2, 5)])
  expect(legend).toContain('The best 2 were ranked again among themselves')
  expect(legend).toContain('The rest has other weights')
})
