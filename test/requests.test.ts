import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Passage, Ranking, Reranker } from '../src/api/ranking.js'
import { createReranker } from '../src/node.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

let model: string
let reranker: Reranker
beforeAll(async () => {
  model = (await converted('bert-relu', 'q8')).out
  reranker = await createReranker({ model, device: 'wasm', threads: 1 })
})
afterAll(() => reranker.dispose())

function isWhole({ results, done, encoded, total }: Ranking, passages: readonly Passage[]): void {
  expect([done, encoded, total]).toEqual([true, passages.length, passages.length])
  const places = results.map(result => result.index).sort((a, b) => a - b)
  expect(places).toEqual(passages.map((_, i) => i))
  expect(results.every(({ score, passage, index }) => Number.isFinite(score) && passage === passages[index])).toBe(true)
  expect(results.every(({ score }, rank) => rank === 0 || score <= results[rank - 1]!.score)).toBe(true)
}

test('10,000 passages are ranked, each once', async () => {
  const passages = Array.from({ length: 10_000 }, (_, i) => `passage ${i} of many`)
  isWhole(await reranker.rank('a query', passages), passages)
}, 120_000)

test.each([0, 1])('%d passages are ranked', async count => {
  const passages = Array.from({ length: count }, () => 'a passage')
  isWhole(await reranker.rank('a query', passages), passages)
})

test('a passage and a query of 5 MB are cut, and are no slower than their beginning is to read', async () => {
  const long = 'a passage that does not end '.repeat(190_000)
  const passages = [long, 'a short one', { title: long, text: long }]
  isWhole(await reranker.rank('a query', passages), passages)
  isWhole(await reranker.rank(long, ['a passage', 'another']), ['a passage', 'another'])
}, 60_000)

const STRANGE = {
  'a lone surrogate': 'half \uD83D of an emoji',
  'lone surrogates, in the wrong order': '\uDE00\uD83D',
  NUL: 'a\u0000b\u0000',
  'nothing but NUL': '\u0000',
  'right to left': 'לָמָּה חֲתוּלִים מְגַרְגְּרִים \u202E مرحبا',
  emoji: '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 e\u0301\u0301\u0301',
  'no text': '',
  whitespace: ' \t\r\n\u00A0\u2028\uFEFF',
  'not characters': '\uFFFE\uFFFF\u{10FFFF}',
}

test.each(Object.entries(STRANGE))('%s is text like any other', async (_, strange) => {
  const passages = [strange, { title: strange, text: strange }, 'a passage', strange.repeat(50)]
  isWhole(await reranker.rank(strange, passages), passages)
  const [vector] = await reranker.embed([strange])
  expect(Math.hypot(...vector!)).toBeCloseTo(1)
})

test.each([null, undefined, 7, Number.NaN, true, [], {}, { text: null }, { text: 7 }, () => 'text', Symbol('text')])(
  'in place of a passage, %s is refused with its place',
  async wrong => {
    const passages = ['fine', 'fine too', wrong as unknown as string]
    await expect(reranker.rank('a query', passages)).rejects.toMatchObject({ code: 'bad-passage', index: 2 })
  },
)

test('a hole in the list is refused with its place', async () => {
  // biome-ignore lint/suspicious/noSparseArray: that is the point
  await expect(reranker.rank('a query', ['fine', , 'fine'] as string[])).rejects.toMatchObject({
    code: 'bad-passage',
    index: 1,
  })
  // biome-ignore lint/suspicious/noSparseArray: that is the point
  await expect(reranker.embed(['fine', , 'fine'] as string[])).rejects.toMatchObject({ code: 'bad-passage', index: 1 })
})

test('of 1,000 calls in a row that supersede each other the last is answered, and the others end', async () => {
  const passages = Array.from({ length: 300 }, (_, i) => `passage ${i}`)
  const codes = new Map<string, number>()
  let last: Promise<Ranking> | undefined
  const calls: Promise<void>[] = []
  for (let i = 0; i < 1000; i++) {
    last = reranker.rank(`query ${i}`, passages, { supersede: true, onPartial: () => {} })
    const count = (code: string) => void codes.set(code, (codes.get(code) ?? 0) + 1)
    calls.push(
      last.then(
        () => count('ranked'),
        error => count(error.code),
      ),
    )
    // Some at once, some after a while: at every stage of a call.
    if (i % 10 === 0) await new Promise(resolve => setTimeout(resolve, i % 3))
  }
  await Promise.all(calls)
  expect(codes.get('ranked')! + codes.get('superseded')!).toBe(1000)
  expect(codes.get('ranked')).toBeGreaterThan(0)
  isWhole(await last!, passages)
}, 60_000)

test('1,000 superseded calls leave nothing in memory', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const bare = await createReranker({ model, device: 'wasm', threads: 1, cacheBytes: 0 })
  const passages = Array.from({ length: 300 }, (_, i) => `passage ${i} ${'x'.repeat(500)}`)
  const heapAfter = async (calls: number) => {
    for (let i = 0; i < calls; i++) {
      bare.rank(`query ${i}`, passages, { supersede: true, onPartial: () => {} }).catch(() => undefined)
      if (i % 10 === 0) await new Promise(resolve => setTimeout(resolve))
    }
    await bare.rank('the last', passages, { supersede: true })
    collect()
    return process.memoryUsage().heapUsed
  }
  const before = await heapAfter(100)
  const growth = ((await heapAfter(1000)) - before) / 1000
  await bare.dispose()
  // One call's passages alone are 300 of 500 bytes.
  expect(growth).toBeLessThan(2000)
}, 60_000)

test('what a signal of the caller gets to listen to it is taken off again', async () => {
  const abort = new AbortController()
  let listening = 0
  let added = 0
  const { addEventListener, removeEventListener } = abort.signal
  abort.signal.addEventListener = (...given: Parameters<typeof addEventListener>) => {
    listening++
    added++
    addEventListener.apply(abort.signal, given)
  }
  abort.signal.removeEventListener = (...given: Parameters<typeof removeEventListener>) => {
    listening--
    removeEventListener.apply(abort.signal, given)
  }
  const { signal } = abort
  for (let i = 0; i < 10; i++) {
    await reranker.rank('a query', ['a', 'b'], { signal })
    await reranker.embed(['a'], { signal })
    for await (const _ of reranker.stream('a query', ['a', 'b'], { signal })) {
      // To its end.
    }
    const superseded = reranker.rank('a query', ['a'], { signal, supersede: true })
    await Promise.all([superseded.catch(() => undefined), reranker.rank('b', ['a'], { signal, supersede: true })])
  }
  await new Promise(resolve => setTimeout(resolve))
  expect(added).toBe(50)
  expect(listening).toBe(0)
})
