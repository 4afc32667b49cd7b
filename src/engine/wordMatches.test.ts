import { expect, test } from 'vitest'
import { type ReadText, wordMatches } from './wordMatches.js'

/** One token a word, each the axis of its letter, between two tokens of the prompt. */
function read(text: string, left: readonly number[] = []): ReadText {
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }, i) => ({
    start: index,
    end: index + word.length,
    from: i,
    to: i + 1,
  }))
  const places = [...Array(words.length + 2).keys()].filter(place => !left.includes(place))
  const values = places.flatMap(place => {
    const letter = ' abc'.indexOf(text[words[place - 1]?.start ?? -1] ?? ' ')
    return [0, 1, 2, 3].map(axis => (axis === letter ? 1 : 0))
  })
  const tokens = { values: Float32Array.from(values), scales: new Float32Array(places.length).fill(1) }
  return { text, words, tokens: left.length > 0 ? { ...tokens, places } : tokens, own: [1, words.length + 1] }
}

const spelled = (query: string, text: ReadText) =>
  wordMatches(read(query), text).map(match => [query.slice(...match.query), text.text.slice(...match.text)])

test('each word meets the one with the closest token', () => {
  expect(spelled('b a', read('a c b'))).toEqual([
    ['b', 'b'],
    ['a', 'a'],
  ])
})

test('tokens that are left out move no word', () => {
  expect(spelled('b a', read('c , a - b', [2, 4]))).toEqual([
    ['b', 'b'],
    ['a', 'a'],
  ])
})
