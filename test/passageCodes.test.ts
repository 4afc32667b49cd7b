import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { readOracle } from '../models/oracles/read.js'
import type { PassageObject, Ranking, Reranker } from '../src/api/ranking.js'
import { OnnxEncoder } from '../src/engine/onnxEncoder.js'
import { createReranker } from '../src/node.js'
import { createRemoteReranker } from '../src/remote.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

const WEIGHTS = { mvp: 1, cosine: 0.5, lateInteraction: 2, firstStage: 0.25 }
const EMBED = { fusion: { embed: true }, explain: true } as const

const { query, passages } = readOracle('bert-relu').lists.at(-1)!
const textOf = ({ title, text }: PassageObject) => `${title ?? ''} ${text}`
/** Each text once: without a cache, a text is read again in each slice of a list. */
const objects = [
  ...new Map(
    passages
      .map(passage => (typeof passage === 'string' ? { text: passage } : passage))
      .map((passage, i) => [textOf(passage), { ...passage, firstStageScore: (i * 7) % 12 } as PassageObject]),
  ).values(),
]
const texts = objects.map(textOf)

const numbersOf = ({ results }: Ranking) =>
  results.map(({ index, score, stage, signals, views }) => ({ index, score, stage, signals, views }))

describe.each(['cpu', 'wasm'] as const)('codes of passages on %s', device => {
  let model: string
  let reranker: Reranker
  let coded: PassageObject[]
  beforeAll(async () => {
    model = (await converted('bert-relu', 'fp32')).out
    const manifest = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8'))
    manifest.fusion = { mode: 'embed', weights: { given: WEIGHTS, embed: WEIGHTS, cascade: WEIGHTS } }
    writeFileSync(join(model, 'manifest.json'), JSON.stringify(manifest))
    reranker = await createReranker({ model, device, cacheBytes: 0 })
    const codes = await reranker.encode(texts)
    coded = objects.map((passage, i) => ({ ...passage, tokens: codes[i]! }))
  })
  afterEach(() => vi.restoreAllMocks())
  afterAll(() => reranker.dispose())

  test('stand in for reading passages alone', async () => {
    const embed = vi.spyOn(OnnxEncoder.prototype, 'embed')
    const exact = await reranker.rank(query, objects, EMBED)
    expect(embed.mock.calls.flatMap(([batch]) => batch).length).toBe(1 + texts.length)
    embed.mockClear()
    const { results } = await reranker.rank(query, coded, EMBED)
    expect(embed.mock.calls.flatMap(([batch]) => batch).length).toBe(1)
    for (const { index, signals } of results) {
      const whole = exact.results.find(result => result.index === index)!.signals!
      expect(signals!.mvp).toBe(whole.mvp)
      expect(signals!.firstStage).toBe(whole.firstStage)
      expect(signals!.cosine).toBeCloseTo(whole.cosine!, 2)
      expect(Math.abs(signals!.lateInteraction! - whole.lateInteraction!)).toBeLessThan(0.35)
    }
  })

  test('are the same for a text whatever texts it is encoded with, and survive being stored', async () => {
    const [alone] = await reranker.encode([texts[3]!])
    const stored = structuredClone(Buffer.from(alone!).toString('base64'))
    const there = coded.map((passage, i) =>
      i === 3 ? { ...passage, tokens: Uint8Array.from(Buffer.from(stored, 'base64')) } : passage,
    )
    expect(numbersOf(await reranker.rank(query, there, EMBED))).toEqual(
      numbersOf(await reranker.rank(query, coded, EMBED)),
    )
  })

  test('of some passages leave the others exact', async () => {
    const mixed = objects.map((passage, i) => (i % 2 === 0 ? coded[i]! : passage))
    const bySignal = (ranking: Ranking) => ranking.results.toSorted((a, b) => a.index - b.index)
    const [some, all, none] = await Promise.all(
      [mixed, coded, objects].map(async list => bySignal(await reranker.rank(query, list, EMBED))),
    )
    some!.forEach(({ signals }, i) => {
      expect(signals).toEqual((i % 2 === 0 ? all : none)![i]!.signals)
    })
  })

  test('count without reading anything alone, and choose for a cascade', async () => {
    const given = await reranker.rank(query, coded, { fusion: { embed: false }, explain: true })
    const embedded = await reranker.rank(query, coded, EMBED)
    expect(numbersOf(given)).toEqual(numbersOf(embedded))
    const cascade = await reranker.rank(query, coded, { ...EMBED, fusion: { embed: false }, depth: 'cascade' })
    expect(cascade.results.length).toBe(coded.length)
    expect(cascade.results.at(-1)!.signals!.mvp).toBeUndefined()
    expect(numbersOf(await reranker.rank(query, coded, { fusion: false }))).toEqual(
      numbersOf(await reranker.rank(query, objects, { fusion: false })),
    )
  })

  test('are refused with the passage that has them, and the reranker goes on', async () => {
    const other = await createReranker({ model: (await converted('bert-relu', 'q8')).out, device })
    const [foreign] = await other.encode([texts[2]!])
    await other.dispose()
    const ranked = (tokens: unknown) =>
      reranker.rank(query, objects.map((passage, i) => (i === 2 ? { ...passage, tokens } : passage)) as never)
    const error = { code: 'bad-vector', index: 2, remedy: expect.stringContaining('encode') }
    await expect(ranked(foreign)).rejects.toMatchObject(error)
    await expect(ranked(coded[2]!.tokens!.subarray(0, 100))).rejects.toMatchObject(error)
    await expect(ranked('codes')).rejects.toMatchObject({ code: 'bad-passage', index: 2 })
    await expect(ranked([1, 2])).rejects.toMatchObject({ code: 'bad-passage', index: 2 })
    expect((await reranker.rank(query, coded)).results.length).toBe(objects.length)
  })

  test('kept for lists that come again: the second query reads passages with itself alone', async () => {
    const keeping = await createReranker({ model, device, cacheBytes: 0, codeCacheBytes: 1e6 })
    const embed = vi.spyOn(OnnxEncoder.prototype, 'embed')
    const first = await keeping.rank(query, objects, EMBED)
    // On first sight they already count by their codes.
    expect(numbersOf(first)).toEqual(numbersOf(await reranker.rank(query, coded, EMBED)))
    embed.mockClear()
    expect(numbersOf(await keeping.rank(query, objects, EMBED))).toEqual(numbersOf(first))
    await keeping.rank('another query', objects, EMBED)
    expect(embed.mock.calls.flatMap(([batch]) => batch).length).toBe(2)
    await keeping.dispose()
  })
})

test('aborting ends `encode`; bad texts and remote rerankers are typed errors', async () => {
  const reranker = await createReranker({ model: (await converted('bert-relu', 'fp32')).out, device: 'cpu' })
  const controller = new AbortController()
  const encoding = reranker.encode(
    Array.from({ length: 500 }, (_, i) => `text ${i}`),
    { signal: controller.signal },
  )
  controller.abort(new Error('enough'))
  await expect(encoding).rejects.toThrow('enough')
  await expect(reranker.encode([1] as never)).rejects.toMatchObject({ code: 'bad-passage', index: 0 })
  expect(await reranker.encode([])).toEqual([])
  expect((await reranker.encode(['']))[0]).toBeInstanceOf(Uint8Array)
  await reranker.dispose()
  await expect(reranker.encode(['a'])).rejects.toMatchObject({ code: 'disposed' })
  const remote = await createRemoteReranker({ url: 'http://localhost:1/' })
  await expect(remote.encode(['a'])).rejects.toMatchObject({ code: 'unsupported' })
})
