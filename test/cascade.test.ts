import { afterAll, beforeAll, expect, test } from 'vitest'
import { DEEP_ORACLE, readOracle } from '../models/oracles/read.js'
import type { RankedPassage, Ranking, Reranker } from '../src/api/ranking.js'
import { createReranker } from '../src/node.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

const oracle = readOracle('bert-relu')
const query = oracle.lists.at(-1)!.query
const texts = oracle.lists.flatMap(list => list.passages).map(p => (typeof p === 'string' ? p : p.text))
/** More than four times the least that is read at full depth. */
const passages = Array.from({ length: 150 }, (_, i) => `${texts[i % texts.length]} ${texts[(i * 7) % texts.length]}`)

let model: string
let reranker: Reranker
beforeAll(async () => {
  model = (await converted('bert-relu', 'fp32')).out
  reranker = await createReranker({ model, device: 'cpu' })
})
afterAll(() => reranker.dispose())

const block = ({ results }: Ranking, stage: number) => results.filter(result => result.stage === stage)
const places = (results: readonly RankedPassage[]) => results.map(({ index }) => index)

test('the best quarter of the cheap depth is ranked at full depth, above the rest', async () => {
  const cheap = await reranker.rank(query, passages, { depth: 2 })
  const ranking = await reranker.rank(query, passages, { depth: 'cascade' })
  expect(ranking.results.map(({ stage }) => stage)).toEqual(passages.map((_, rank) => (rank < 38 ? 1 : 0)))
  const best = places(cheap.results.slice(0, 38)).sort((a, b) => a - b)
  expect(block(ranking, 0)).toEqual(cheap.results.slice(38))

  // The block's numbers are those of a list that holds nothing else.
  const list = best.map(index => passages[index]!)
  const alone = await reranker.rank(query, list, { depth: 6 })
  expect(places(block(ranking, 1))).toEqual(alone.results.map(({ index }) => best[index]))
  expect(block(ranking, 1).map(({ score }) => score)).toEqual(alone.results.map(({ score }) => score))
})

test('at least ten are, and a list of ten is not read twice', async () => {
  const some = await reranker.rank(query, passages.slice(0, 20), { depth: 'cascade' })
  expect(some.results.map(({ stage }) => stage)).toEqual(Array.from({ length: 20 }, (_, rank) => (rank < 10 ? 1 : 0)))
  const ten = passages.slice(0, 10)
  const few = await reranker.rank(query, ten, { depth: 'cascade' })
  expect(few.results).toEqual((await reranker.rank(query, ten, { depth: 6 })).results)
  expect((await reranker.rank(query, [], { depth: 'cascade' })).results).toEqual([])
})

test('the block sharpens from its top: each provisional ranking has the best so far at full depth', async () => {
  const partial: Ranking[] = []
  const fresh = await createReranker({ model, device: 'cpu', cacheBytes: 0 })
  const final = await fresh.rank(query, passages, { depth: 'cascade', onPartial: ranking => partial.push(ranking) })
  await fresh.dispose()
  const deep = partial.map(ranking => block(ranking, 1).length).filter(count => count > 0)
  expect(deep).toEqual([32])
  expect(partial.every(({ done, total }) => !done && total === passages.length)).toBe(true)
  expect(final.done).toBe(true)
  // Cached or not.
  const again = await reranker.rank(query, passages, { depth: 'cascade' })
  expect(again.results).toEqual(final.results)
})

test('refine decodes the best of the deeper block again, above it', async () => {
  const ranking = await reranker.rank(query, passages, { depth: 'cascade', refine: 5 })
  const plain = await reranker.rank(query, passages, { depth: 'cascade' })
  expect(ranking.results.map(({ stage }) => stage)).toEqual(
    passages.map((_, rank) => (rank < 5 ? 2 : rank < 38 ? 1 : 0)),
  )
  expect(new Set(places(block(ranking, 2)))).toEqual(new Set(places(plain.results.slice(0, 5))))
})

test('with fusion the quarter is chosen by the fused scores', async () => {
  const scored = passages.map((text, i) => ({ text, firstStageScore: i === 149 ? 1e4 : 0 }))
  const ranking = await reranker.rank(query, scored, { depth: 'cascade', fusion: true, explain: true })
  expect(ranking.results.find(({ index }) => index === 149)!.stage).toBe(1)
  for (const { signals } of ranking.results) expect(Object.keys(signals!)).toEqual(['mvp', 'firstStage'])
})

test('where every embedding is given or made, it takes the place of the first step', async () => {
  const vectors = await reranker.embed(passages)
  const embedded = passages.map((text, i) => ({ text, vector: vectors[i]! }))
  const options = { depth: 'cascade', explain: true } as const
  const given = await reranker.rank(query, embedded, { ...options, fusion: { embed: false } })
  const made = await reranker.rank(query, passages, { ...options, fusion: { embed: true } })
  for (const ranking of [given, made]) {
    expect(ranking.results.map(({ stage }) => stage)).toEqual(passages.map((_, rank) => (rank < 38 ? 1 : 0)))
    for (const { stage, signals, views } of ranking.results) {
      expect(signals!.cosine).toBeTypeOf('number')
      // Below, nothing was read together with the query.
      expect([signals!.mvp !== undefined, views !== undefined]).toEqual([stage === 1, stage === 1])
    }
    const scores = block(ranking, 0).map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  }
  const cosines = new Map(given.results.map(({ index, signals }) => [index, signals!.cosine!]))
  const nearest = [...cosines].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 38)
  expect(new Set(places(block(given, 1)))).toEqual(new Set(nearest.map(([index]) => index)))
  // One without a vector: the first exit it is.
  const some = await reranker.rank(query, [...embedded, 'tide'], { ...options, fusion: { embed: false } })
  for (const { signals } of some.results) expect(signals!.mvp).toBeTypeOf('number')
})

test('it can be what a reranker does by default, and topK cuts it', async () => {
  const standard = await createReranker({ model, device: 'cpu', depth: 'cascade' })
  expect(standard.info.depth).toBe('cascade')
  const ranking = await standard.rank(query, passages, { topK: 40 })
  expect(ranking.results.map(({ stage }) => stage)).toEqual(Array.from({ length: 40 }, (_, i) => (i < 38 ? 1 : 0)))
  await standard.dispose()
})

test('an abort between the steps ends it; a model of one depth says what it lacks', async () => {
  const abort = new AbortController()
  const fresh = await createReranker({ model, device: 'cpu', cacheBytes: 0 })
  const onPartial = ({ results }: Ranking) => results[0]!.stage === 1 && abort.abort(new Error('enough'))
  const call = fresh.rank(query, passages, { depth: 'cascade', signal: abort.signal, onPartial })
  await expect(call).rejects.toThrow('enough')
  expect((await fresh.rank(query, passages.slice(0, 3))).done).toBe(true)
  await fresh.dispose()

  const t5Model = (await converted('t5-relu', 'fp32')).out
  const t5 = await createReranker({ model: t5Model })
  await expect(t5.rank(query, ['a'], { depth: 'cascade' })).rejects.toMatchObject({ code: 'unsupported' })
  await t5.dispose()
  await expect(createReranker({ model: t5Model, depth: 'cascade' })).rejects.toMatchObject({
    code: 'unsupported',
  })
})

test.each([
  ['onnxruntime', 'fp32', { runtime: 'onnxruntime' }, 1e-4],
  // Weights in 8 bits and activations in 7.
  ['kernels', 'q8', { runtime: 'kernels', threads: 1 }, 0.02],
] as const)('texts alone run deeper than pairs, by %s', async (_, dtype, options, bound) => {
  const { lists, embeddings } = readOracle(DEEP_ORACLE)
  const { out } = await converted(DEEP_ORACLE, dtype)
  const deep = await createReranker({ model: out, device: 'wasm', ...options })
  expect(deep.info).toMatchObject({ depth: 1, depths: [1, 2], prompts: ['query'] })
  const vectors = await deep.embed(embeddings!.map(({ text }) => text))
  embeddings!.forEach(({ vector }, i) => {
    expect(Math.max(...vector.map((value, k) => Math.abs(value - vectors[i]![k]!)))).toBeLessThan(bound)
  })
  const { query, passages, signals } = lists.at(-1)!
  const { results } = await deep.rank(query, passages, { depth: 2, fusion: { embed: true }, explain: true })
  for (const { index, signals: found } of results) {
    expect(Math.abs(found!.cosine! - signals!.cosine[index]!)).toBeLessThan(2 * bound)
  }
  // The first step of a cascade reads no pair, so the rest of the list is ordered by texts alone.
  const cascade = await deep.rank(query, passages, { depth: 'cascade', fusion: { embed: true } })
  expect(cascade.results.map(({ stage }) => stage)).toEqual(passages.map((_, rank) => (rank < 10 ? 1 : 0)))
  await deep.dispose()
})
