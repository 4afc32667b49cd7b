import { expect, it } from 'vitest'
import { MAX_PASSAGES, makeStressList } from './stressList.js'

it.each([2, 16, MAX_PASSAGES])('every pair of %i passages is the answer to exactly one query', size => {
  const { passages, queries } = makeStressList(size, 3)
  const pairs = queries.map(({ qrels }) => [...qrels.keys()].sort().join())
  expect(passages.length).toBe(size)
  expect(new Set(pairs).size).toBe((size * (size - 1)) / 2)
  expect(queries.length).toBe(pairs.length)
  for (const { text, qrels } of queries) {
    const thing = /^Who likes (.+)\?$/.exec(text)![1]!
    const who = passages.filter(passage => new RegExp(`(likes |, | and )${thing}(, | and |\\.$)`).test(passage.text))
    expect(who.map(({ id }) => id).sort()).toEqual([...qrels.keys()].sort())
  }
})

it('the same seed gives the same list, another seed another', () => {
  expect(makeStressList(8, 1)).toEqual(makeStressList(8, 1))
  expect(makeStressList(8, 1)).not.toEqual(makeStressList(8, 2))
})
