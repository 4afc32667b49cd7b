import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOracle } from '../models/oracles/read.js'
import type { Reranker } from '../src/api/ranking.js'
import { createReranker } from '../src/node.js'
import { createRemoteReranker } from '../src/remote.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()
const { query, passages } = readOracle('bert-relu').lists.at(-1)!
const texts = passages.map(passage =>
  typeof passage === 'string' ? passage : `${passage.title ?? ''} ${passage.text}`.trim(),
)

let reranker: Reranker
beforeAll(async () => {
  reranker = await createReranker({ model: (await converted('bert-relu', 'fp32')).out, device: 'cpu' })
})
afterAll(() => reranker.dispose())

test('each match is a word of the query and one of the text, with the cosine of their closest tokens', async () => {
  const matches = await reranker.matches(query, texts)
  expect(matches.length).toBe(texts.length)
  expect(matches.flat().length).toBeGreaterThan(texts.length)
  const [asked, ...read] = await reranker.embed([query, ...texts], { tokens: true })
  const [vector] = await reranker.embed([query])
  const width = vector!.length
  const rowsOf = (rows: Float32Array) =>
    Array.from({ length: rows.length / width - 1 }, (_, i) => rows.subarray((i + 1) * width, (i + 2) * width))
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, k) => sum + value * b[k]!, 0)
  matches.forEach((found, place) => {
    const text = texts[place]!
    for (const { query: word, text: met, cosine } of found) {
      for (const [whole, [start, end]] of [
        [query, word],
        [text, met],
      ] as const) {
        expect(whole.slice(start, end)).toMatch(/^[\p{L}\p{N}]\S*$/u)
        expect(whole.slice(start - 1, start)).not.toMatch(/[\p{L}\p{N}]/u)
        expect(whole.slice(end, end + 1)).not.toMatch(/[\p{L}\p{N}]/u)
      }
      // The cosine is that of some token of the query with its closest among the text's.
      const best = rowsOf(asked!).map(row => Math.max(...rowsOf(read[place]!).map(other => dot(row, other))))
      expect(Math.min(...best.map(value => Math.abs(value - cosine)))).toBeLessThan(1e-3)
    }
  })
})

test('a word meets itself', async () => {
  const words = [...new Set(query.match(/\p{L}{3,}/gu))]
  const [met] = await reranker.matches(words.join(' '), [words.join(' ')])
  const joined = words.join(' ')
  expect(met!.map(({ text: [start, end] }) => joined.slice(start, end))).toEqual(words)
  for (const { query: word, text, cosine } of met!) {
    expect(text).toEqual(word)
    expect(cosine).toBeCloseTo(1, 1)
  }
})

test('signs meet nothing; bad input is a typed error', async () => {
  expect(await reranker.matches('? -- !', ['one, two'])).toEqual([[]])
  expect(await reranker.matches('', ['one'])).toEqual([[]])
  expect(await reranker.matches('one', [''])).toEqual([[]])
  expect(await reranker.matches('one', [])).toEqual([])
  await expect(reranker.matches(1 as never, ['a'])).rejects.toMatchObject({ code: 'bad-query' })
  await expect(reranker.matches('a', [1] as never)).rejects.toMatchObject({ code: 'bad-passage', index: 0 })
  const remote = await createRemoteReranker({ url: 'http://localhost:1/' })
  await expect(remote.matches('a', ['a'])).rejects.toMatchObject({ code: 'unsupported' })
})
