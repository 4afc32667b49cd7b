import { afterAll, beforeAll, expect, test } from 'vitest'
import { readOracle } from '../models/oracles/read.js'
import type { PassageObject, Ranking, Reranker } from '../src/api/ranking.js'
import { createReranker } from '../src/node.js'
import { conversions } from './convertedModels.js'

const { converted } = conversions()

const oracle = readOracle('bert-relu')
const { query, passages } = oracle.lists.at(-1)!
const texts = passages.map(p => (typeof p === 'string' ? p : p.text))
const short = ['The tide rises.', 'tide']
/** Several times longer than the 48 tokens that fit. */
const long: PassageObject[] = [
  { title: 'The Moon', text: texts.join(' ') },
  { title: '', text: `  ${texts.toReversed().join('\n')}` },
]

let model: string
let reranker: Reranker
beforeAll(async () => {
  model = (await converted('bert-relu', 'fp32')).out
  reranker = await createReranker({ model, device: 'cpu' })
})
afterAll(() => reranker.dispose())

const inOrder = ({ results }: Ranking) => results.toSorted((a, b) => a.index - b.index)

test('a long passage counts by its best window alone, which is told', async () => {
  const list = [...long, ...short]
  const found = inOrder(await reranker.rank(query, list, { windows: 8 }))
  expect(found.map(({ window }) => window !== undefined)).toEqual([true, true, false, false])
  // The list in which each long passage is nothing but its window gives the same numbers.
  const parts = found.map(({ passage, window }) => {
    const text = typeof passage === 'string' ? passage : passage.text
    if (!window) return text
    // The first window of a titled passage holds its title.
    const title = window.start === 0 && typeof passage === 'object' ? `${passage.title} ` : ''
    return title + text.slice(window.start, window.end)
  })
  const alone = inOrder(await reranker.rank(query, parts))
  expect(found.map(({ score }) => score)).toEqual(alone.map(({ score }) => expect.closeTo(score, 4)))
})

test('the window is the one that scores best among all windows of the list', async () => {
  const { results } = await reranker.rank(query, [long[0]!], { windows: 8 })
  const { text } = long[0]!
  const { start, end } = results[0]!.window!
  expect(end - start).toBeLessThan(text.length / 2)
  expect(start === 0 || /\s/.test(text[start - 1]!)).toBe(true)
  expect(end === text.length || /\s/.test(text[end]!)).toBe(true)
})

test('by default, and with one window, what is too long is cut at its end', async () => {
  const plain = await reranker.rank(query, long)
  expect((await reranker.rank(query, long, { windows: 1 })).results).toEqual(plain.results)
  for (const { window } of plain.results) expect(window).toBeUndefined()
})

test('short passages are ranked as they are without windows', async () => {
  const plain = await reranker.rank(query, short)
  expect((await reranker.rank(query, short, { windows: 8 })).results).toEqual(plain.results)
})

test('with refine, cascade and provisional rankings', async () => {
  const list = [...texts, ...long, ...texts.map(text => `${text} ${texts.join(' ')}`)]
  const partial: Ranking[] = []
  const options = { windows: 3, depth: 'cascade', refine: 3, onPartial: (r: Ranking) => partial.push(r) } as const
  const fresh = await createReranker({ model, device: 'cpu', cacheBytes: 0 })
  const { results } = await fresh.rank(query, list, options)
  await fresh.dispose()
  expect(results.map(({ stage }) => stage)).toEqual(list.map((_, rank) => (rank < 3 ? 2 : rank < 10 ? 1 : 0)))
  expect(partial.length).toBeGreaterThan(0)
  for (const ranking of partial) expect(ranking.encoded).toBeLessThanOrEqual(list.length)
  const again = await reranker.rank(query, list, { windows: 3, depth: 'cascade', refine: 3 })
  expect(again.results).toEqual(results)
})

test('a passage of 5 MB is read in no more windows than asked for', async () => {
  const huge = `${texts.join(' ')} `.repeat(5000)
  const { results } = await reranker.rank(query, [huge, texts[0]!], { windows: 4 })
  const { window } = results.find(({ index }) => index === 0)!
  expect(window!.end).toBeLessThan(2000)
})

test.each([0, 1.5, '2'])('%j windows are no number of windows', async windows => {
  await expect(reranker.rank(query, texts, { windows: windows as number })).rejects.toMatchObject({
    code: 'bad-option',
  })
})
