import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { fallingScores, formatRun, readRun, trecOrder } from './run.js'

const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-run-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string): ReturnType<typeof readRun> {
  const path = join(folder, 'run.trec')
  writeFileSync(path, text)
  return readRun(path)
}

describe('a TREC run', () => {
  it('keeps scores that already fall', () => {
    expect(fallingScores([3.5, 1, 0, -2])).toEqual([3.5, 1, 0, -2])
  })

  it('lowers ties and the scores of later blocks by one step of a 32-bit float', () => {
    const [a, b, c] = fallingScores([1, 1, 7]) as [number, number, number]
    expect([a, b, c]).toEqual([1, 1 - 2 ** -24, 1 - 2 ** -23])
    expect(fallingScores([0, 0])).toEqual([0, -(2 ** -149)])
  })

  it('is read by trec_eval in the order it was ranked in, whatever the scores', async () => {
    const scores = fc.array(
      fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1, -1)),
      {
        maxLength: 40,
      },
    )
    await fc.assert(
      fc.asyncProperty(scores, async list => {
        const ranked = list.map((score, i) => ({ id: `p${i}`, score }))
        const run = (await read(formatRun('q', ranked, 'tag'))).get('q') ?? new Map<string, number>()
        expect(trecOrder(run)).toEqual(ranked.map(entry => entry.id))
      }),
    )
  })

  it('keeps the order of scores at the end of the range of floats', async () => {
    const ranked = [-3.4028230607370965e38, 0, 0, 0, 0].map((score, i) => ({ id: `p${i}`, score }))
    const run = (await read(formatRun('q', ranked, 'tag'))).get('q')!
    expect(trecOrder(run)).toEqual(ranked.map(entry => entry.id))
  })

  it('refuses ids with blanks, which the format cannot hold', () => {
    expect(() => formatRun('q', [{ id: 'a b', score: 1 }], 'tag')).toThrow(/"a b"/)
  })

  it('is read as MS MARCO and T2Ranking write it too', async () => {
    const order = async (text: string) => trecOrder((await read(text)).get('q')!)
    expect(await order('q\ta\t2\nq\tb\t1\n')).toEqual(['b', 'a'])
    expect(await order('qid\tpid\tindex\tscore\nq\ta\t1\t3.5\nq\tb\t2\t7\n')).toEqual(['b', 'a'])
  })

  it('names file and line of what is broken or repeats a passage', async () => {
    const at = (number: number) => ({
      code: 'bad-data',
      index: number,
      message: expect.stringMatching(new RegExp(`run\\.trec:${number}: `)),
    })
    await expect(read('q Q0 a 1 2.5 x\nq Q0 b 2 high x\n')).rejects.toMatchObject(at(2))
    await expect(read('q Q0 a 1 2.5 x\n\nq Q0 a 2 1.5 x\n')).rejects.toMatchObject(at(3))
    await expect(read('q Q0 a 1 2.5\n')).rejects.toMatchObject(at(1))
  })
})
