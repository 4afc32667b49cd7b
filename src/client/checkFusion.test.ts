import { expect, test } from 'vitest'
import { checkFusion } from './checkFusion.js'

test.each([
  3,
  null,
  { embed: 1 },
  { weights: 2 },
  { weights: { bm25: 1 } },
  { weights: { firstStage: Number.NaN } },
  { weights: { firstStage: '1' } },
] as unknown[])('a fusion that is %j is refused', fusion => {
  expect(() => checkFusion(fusion)).toThrow(expect.objectContaining({ code: 'bad-option' }))
})

test.each([undefined, true, false, {}, { embed: true }, { weights: { firstStage: 1.2, cosine: 0 } }])(
  'a fusion that is %j is taken',
  fusion => {
    expect(() => checkFusion(fusion)).not.toThrow()
  },
)
