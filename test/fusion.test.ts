import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BERT_ORACLES, DEEP_ORACLE, readOracle } from '../models/oracles/read.js'
import type { PassageObject, RankedPassage, Reranker } from '../src/api/ranking.js'
import { createReranker } from '../src/node.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

const WEIGHTS = { mvp: 1, cosine: 0.5, lateInteraction: 2, firstStage: 0.25 }

/** The checkpoint's model, with a fusion in its manifest if a mode is given. */
async function convertedWith(
  name: (typeof BERT_ORACLES)[number] | typeof DEEP_ORACLE,
  mode?: 'off' | 'given' | 'embed',
): Promise<string> {
  const { out } = await converted(name, 'fp32')
  if (!mode) return out
  const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'))
  manifest.fusion = { mode, weights: { given: WEIGHTS, embed: WEIGHTS, cascade: WEIGHTS } }
  writeFileSync(join(out, 'manifest.json'), JSON.stringify(manifest))
  return out
}

const inOrder = (results: readonly RankedPassage[]) => results.toSorted((a, b) => a.index - b.index)
const scoresOf = (results: readonly RankedPassage[]) => inOrder(results).map(({ score }) => score)

describe.each([...BERT_ORACLES, DEEP_ORACLE] as const)('with %s', name => {
  test.each(['cpu', 'wasm'] as const)('cosine and late interaction are those of PyTorch on %s', async device => {
    const reranker = await createReranker({ model: await convertedWith(name), device })
    const depth = reranker.info.depths.at(-1)!
    for (const { query, passages, signals, exits } of readOracle(name).lists) {
      const { results } = await reranker.rank(query, passages, { depth, fusion: { embed: true }, explain: true })
      for (const { index, signals: found, views } of results) {
        expect(found!.cosine).toBeCloseTo(signals!.cosine[index]!, 4)
        // Tokens' directions are kept in 8 bits.
        expect(Math.abs(found!.lateInteraction! - signals!.lateInteraction[index]!)).toBeLessThan(3e-3)
        expect(found!.mvp).toBeCloseTo(exits[depth]!.scores[index]!, 3)
        expect(found!.mvp).toBeCloseTo(views!.reduce((sum, view) => sum + view, 0) / views!.length, 4)
      }
    }
    await reranker.dispose()
  })
})

test("embed's tokens follow the text's vector, are its own, and give PyTorch's late interaction", async () => {
  const reranker = await createReranker({ model: await convertedWith('bert-relu'), device: 'cpu' })
  const { query, passages, signals } = readOracle('bert-relu').lists.at(-1)!
  const texts = passages.map(passage =>
    typeof passage === 'string' ? passage : `${passage.title ?? ''} ${passage.text}`.trim(),
  )
  const [asked, ...read] = await reranker.embed([query, ...texts], { tokens: true })
  const [vector] = await reranker.embed([query])
  const width = vector!.length
  expect([...asked!.subarray(0, width)]).toEqual([...vector!].map(value => expect.closeTo(value, 5)))
  const rowsOf = (rows: Float32Array) =>
    Array.from({ length: rows.length / width - 1 }, (_, i) => rows.subarray((i + 1) * width, (i + 2) * width))
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
  for (const row of rowsOf(asked!)) expect(dot(row, row)).toBeCloseTo(1, 2)
  for (const [i, passage] of read.entries()) {
    const best = rowsOf(asked!).map(row => Math.max(...rowsOf(passage).map(other => dot(row, other))))
    const late = best.reduce((sum, value) => sum + value, 0) / best.length
    expect(Math.abs(late - signals!.lateInteraction[i]!)).toBeLessThan(3e-3)
  }
  await reranker.dispose()
})

describe('a fused ranking', () => {
  const { query, passages } = readOracle('bert-relu').lists.at(-1)!
  const objects: PassageObject[] = passages.map((passage, i) => ({
    ...(typeof passage === 'string' ? { text: passage } : passage),
    firstStageScore: (i * 7) % 12,
  }))
  let reranker: Reranker
  beforeAll(async () => {
    reranker = await createReranker({ model: await convertedWith('bert-relu', 'given'), device: 'cpu' })
  })
  afterAll(() => reranker.dispose())

  test('orders by the weighted sum of the z-scores of its signals', async () => {
    const { results } = await reranker.rank(query, objects, { fusion: { embed: true }, explain: true })
    const signals = inOrder(results).map(result => result.signals!)
    const z = (values: number[]) => {
      const mean = values.reduce((sum, value) => sum + value) / values.length
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
      return values.map(value => (value - mean) / deviation)
    }
    const expected = objects.map(() => 0)
    for (const [signal, weight] of Object.entries(WEIGHTS) as [keyof typeof WEIGHTS, number][]) {
      z(signals.map(each => each[signal]!)).forEach((value, i) => {
        expected[i]! += weight * value
      })
    }
    expect(scoresOf(results)).toEqual(expected.map(value => expect.closeTo(value, 4)))
    expect(results.map(({ score }) => score)).toEqual(scoresOf(results).toSorted((a, b) => b - a))
    expect(signals.map(({ firstStage }) => firstStage)).toEqual(objects.map(({ firstStageScore }) => firstStageScore))
  })

  test('takes weights of the call in place of the model’s, signal by signal', async () => {
    const first = await reranker.rank(query, objects, {
      fusion: { weights: { mvp: 0, cosine: 0, lateInteraction: 0, firstStage: 1 } },
    })
    const scores = first.results.map(({ passage }) => passage.firstStageScore)
    expect(scores).toEqual(scores.toSorted((a, b) => b! - a!))
    const usual = await reranker.rank(query, objects, {})
    const same = await reranker.rank(query, objects, { fusion: { weights: { firstStage: WEIGHTS.firstStage } } })
    expect(scoresOf(same.results)).toEqual(scoresOf(usual.results))
    const more = await reranker.rank(query, objects, { fusion: { weights: { firstStage: 2 } } })
    expect(scoresOf(more.results)).not.toEqual(scoresOf(usual.results))
  })

  test('uses what is given by default, without embedding any passage', async () => {
    const { results } = await reranker.rank(query, objects, { explain: true })
    for (const { signals } of results) expect(Object.keys(signals!)).toEqual(['mvp', 'firstStage'])
    expect(reranker.info.fusion).toEqual({
      mode: 'given',
      weights: { given: WEIGHTS, embed: WEIGHTS, cascade: WEIGHTS },
    })
  })

  test('is off with `fusion: false`, and where there is nothing to fuse: plain MVP scores', async () => {
    const plain = await reranker.rank(query, objects, { fusion: false, explain: true })
    expect(plain.results[0]!.signals).toBeUndefined()
    expect(plain.results[0]!.score).toBeCloseTo(plain.results[0]!.views!.reduce((a, b) => a + b) / 4, 5)
    const texts = objects.map(({ title, text }) => (title === undefined ? { text } : { title, text }))
    const alone = await reranker.rank(query, texts)
    expect(scoresOf(alone.results)).toEqual(scoresOf(plain.results))
  })

  test('takes the vectors that come with passages, and is the same with them as with those it makes', async () => {
    const vectors = await reranker.embed(objects.map(({ title, text }) => `${title ?? ''} ${text}`.trim()))
    const buffer = new Float32Array(vectors.length * vectors[0]!.length)
    const given = objects.map((passage, i): PassageObject => {
      buffer.set(vectors[i]!, i * vectors[i]!.length)
      // Of another length and type, or a part of a larger buffer.
      const vector = i % 2 ? Array.from(vectors[i]!, x => 3 * x) : buffer.subarray(i * 32, (i + 1) * 32)
      return { ...passage, vector }
    })
    const made = await reranker.rank(query, objects, { fusion: { embed: true }, explain: true })
    const taken = await reranker.rank(query, given, { explain: true })
    const cosines = (results: RankedPassage[]) => inOrder(results).map(({ signals }) => signals!.cosine!)
    expect(cosines(taken.results)).toEqual(cosines(made.results).map(value => expect.closeTo(value, 5)))
    expect(taken.results[0]!.signals!.lateInteraction).toBeUndefined()
  })

  test('embeds those passages that come without a vector', async () => {
    const [vector] = await reranker.embed([objects[0]!.text])
    const some = objects.map((passage, i): PassageObject => (i === 0 ? { ...passage, vector: vector! } : passage))
    const { results } = await reranker.rank(query, some, { fusion: { embed: true }, explain: true })
    for (const { signals, index } of results) {
      expect(signals!.cosine).toBeTypeOf('number')
      expect(signals!.lateInteraction === undefined).toBe(index === 0)
    }
  })

  test('keeps the scales of the list for the best that are decoded again', async () => {
    const options = { fusion: { embed: true }, explain: true } as const
    const once = await reranker.rank(query, objects, options)
    const again = await reranker.rank(query, objects, { ...options, refine: objects.length })
    // Decoded over the same list, a second time changes nothing.
    expect(again.results.map(({ index }) => index)).toEqual(once.results.map(({ index }) => index))
    expect(again.results.map(({ stage }) => stage)).toEqual(objects.map(() => 1))
    const top = await reranker.rank(query, objects, { ...options, refine: 4 })
    expect(top.results.map(({ stage }) => stage)).toEqual(objects.map((_, rank) => (rank < 4 ? 1 : 0)))
    expect(new Set(top.results.slice(0, 4).map(({ index }) => index))).toEqual(
      new Set(once.results.slice(0, 4).map(({ index }) => index)),
    )
  })

  test('sharpens: each provisional ranking is of the passages so far, the last of all', async () => {
    const many = Array.from({ length: 5 }, (_, copy) => objects.map(o => ({ ...o, text: `${o.text} ${copy}` }))).flat()
    let last = 0
    const options = { fusion: { embed: true }, explain: true } as const
    const final = await reranker.rank(query, many, {
      ...options,
      onPartial: ranking => {
        expect(ranking.encoded).toBeGreaterThanOrEqual(last)
        last = ranking.encoded
        for (const { signals } of ranking.results) expect(signals!.lateInteraction).toBeTypeOf('number')
      },
    })
    expect(last).toBeGreaterThan(0)
    // Cached or not, the same to the bit.
    const repeated = await reranker.rank(query, many, options)
    expect(scoresOf(repeated.results)).toEqual(scoresOf(final.results))
  })

  test('an empty query, empty passages and an empty list', async () => {
    const options = { fusion: { embed: true }, explain: true } as const
    const { results } = await reranker.rank('', ['', 'tide', ''], options)
    for (const { score, signals } of results) {
      expect(score).toBeTypeOf('number')
      expect(signals!.lateInteraction).toBeUndefined()
    }
    expect((await reranker.rank(query, [], options)).results).toEqual([])
  })

  test('what is no vector is refused with its place', async () => {
    const refused = (vector: unknown, code = 'bad-passage') =>
      expect(
        reranker.rank(query, ['a', { text: 'b', vector: vector as Float32Array }], { fusion: { embed: true } }),
      ).rejects.toMatchObject({ code, index: 1 })
    await refused('abc')
    await refused([])
    await refused([1, 'x'])
    await refused([Number.NaN, 1])
    await refused(new Float32Array(32))
    // Of another model.
    await refused(new Float32Array(16).fill(1))
    const uneven = [new Float32Array(32).fill(1), new Float32Array(31).fill(1)].map(vector => ({ text: 'a', vector }))
    await expect(reranker.rank(query, uneven)).rejects.toMatchObject({ code: 'bad-passage', index: 1 })
    for (const fusion of ['embed', 1, null, { embed: 1 }]) {
      await expect(reranker.rank(query, ['a'], { fusion: fusion as never })).rejects.toMatchObject({
        code: 'bad-option',
      })
    }
    // A call that failed leaves nothing behind.
    expect((await reranker.rank(query, objects)).done).toBe(true)
  })
})

test('a model that cannot embed says so when fusion is asked for, and ranks when it is not', async () => {
  const { out } = await converted('t5-relu', 'fp32')
  const reranker = await createReranker({ model: out })
  for (const fusion of [true, { embed: true }, { embed: false }, {}]) {
    await expect(reranker.rank('tide', ['a'], { fusion })).rejects.toMatchObject({ code: 'unsupported' })
  }
  const scored = [{ text: 'a', firstStageScore: 1 }, { text: 'the tide' }]
  const plain = await reranker.rank('tide', ['a', 'the tide'])
  expect(scoresOf((await reranker.rank('tide', scored)).results)).toEqual(scoresOf(plain.results))
  expect((await reranker.rank('tide', scored, { fusion: false })).done).toBe(true)
  await reranker.dispose()
})
