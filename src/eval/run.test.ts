import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fallingScores, formatRun, parseRun, trecOrder } from './run.js'

describe('a TREC run', () => {
  it('keeps scores that already fall', () => {
    expect(fallingScores([3.5, 1, 0, -2])).toEqual([3.5, 1, 0, -2])
  })

  it('lowers ties and the scores of later blocks by one step of a 32-bit float', () => {
    const [a, b, c] = fallingScores([1, 1, 7]) as [number, number, number]
    expect([a, b, c]).toEqual([1, 1 - 2 ** -24, 1 - 2 ** -23])
    expect(fallingScores([0, 0])).toEqual([0, -(2 ** -149)])
  })

  it('is read by trec_eval in the order it was ranked in, whatever the scores', () => {
    const scores = fc.array(
      fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, -1)),
      {
        maxLength: 40,
      },
    )
    fc.assert(
      fc.property(scores, list => {
        const ranked = list.map((score, i) => ({ id: `p${i}`, score }))
        const read = parseRun(formatRun('q', ranked, 'tag')).get('q') ?? new Map<string, number>()
        expect(trecOrder(read)).toEqual(ranked.map(entry => entry.id))
      }),
    )
  })

  it('keeps the order of scores at the end of the range of floats', () => {
    const ranked = [-3.4028230607370965e38, 0, 0, 0, 0].map((score, i) => ({ id: `p${i}`, score }))
    const read = parseRun(formatRun('q', ranked, 'tag')).get('q')!
    expect(trecOrder(read)).toEqual(ranked.map(entry => entry.id))
  })

  it('refuses ids with blanks, which the format cannot hold', () => {
    expect(() => formatRun('q', [{ id: 'a b', score: 1 }], 'tag')).toThrow(/"a b"/)
  })

  it('names the line that is broken or repeats a passage', () => {
    expect(() => parseRun('q Q0 a 1 2.5 x\nq Q0 b 2 high x\n')).toThrow(/line 2/)
    expect(() => parseRun('q Q0 a 1 2.5 x\n\nq Q0 a 2 1.5 x\n')).toThrow(/line 3/)
    expect(() => parseRun('q Q0 a 1 2.5\n')).toThrow(/line 1/)
  })
})
