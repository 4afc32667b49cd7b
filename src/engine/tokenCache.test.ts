import { expect, test } from 'vitest'
import type { Tokenizer } from '../tokenizer/tokenize.js'
import { cacheTokens } from './tokenCache.js'

function counting(): { tokenizer: Pick<Tokenizer, 'encode'>; reads: string[] } {
  const reads: string[] = []
  const encode = (text: string, limit = Infinity) => {
    reads.push(text)
    return text
      .split(' ')
      .map(word => word.length)
      .slice(0, limit)
  }
  return { tokenizer: cacheTokens({ encode }), reads }
}

test('a text is read once for equal and lower limits, and anew where more of it is wanted', () => {
  const { tokenizer, reads } = counting()
  expect(tokenizer.encode('a bb ccc dddd', 3)).toEqual([1, 2, 3])
  expect(tokenizer.encode('a bb ccc dddd', 3)).toEqual([1, 2, 3])
  expect(tokenizer.encode('a bb ccc dddd', 2)).toEqual([1, 2])
  expect(reads.length).toBe(1)
  expect(tokenizer.encode('a bb ccc dddd', 4)).toEqual([1, 2, 3, 4])
  expect(reads.length).toBe(2)
  expect(tokenizer.encode('a bb ccc dddd', 3)).toEqual([1, 2, 3])
  expect(reads.length).toBe(2)
})

test('a text that ended before its limit is known whole', () => {
  const { tokenizer, reads } = counting()
  expect(tokenizer.encode('a bb', 3)).toEqual([1, 2])
  expect(tokenizer.encode('a bb')).toEqual([1, 2])
  expect(reads.length).toBe(1)
})

test('the oldest texts and long ones are forgotten', () => {
  const { tokenizer, reads } = counting()
  for (let i = 0; i < 65; i++) tokenizer.encode(`text ${i}`)
  tokenizer.encode('text 64')
  tokenizer.encode('text 1')
  expect(reads.length).toBe(65)
  tokenizer.encode('text 0')
  expect(reads.length).toBe(66)
  const long = 'a'.repeat(9000)
  tokenizer.encode(long)
  tokenizer.encode(long)
  expect(reads.length).toBe(68)
})
