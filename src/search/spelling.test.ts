import { expect, test } from 'vitest'
import { editDistance, Spelling } from './spelling.js'

/** Optimal string alignment by its definition, with nothing left out. */
function edits(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length
  const wrong = edits(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1)
  const swapped =
    a.length > 1 && b.length > 1 && a[0] === b[1] && a[1] === b[0] ? edits(a.slice(2), b.slice(2)) + 1 : wrong
  return Math.min(wrong, swapped, edits(a.slice(1), b) + 1, edits(a, b.slice(1)) + 1)
}

/** Every word of up to four of three letters. */
const words = ['']
for (let from = 0; words.length < 1 + 3 + 9 + 27 + 81; from++)
  words.push(...['a', 'b', 'c'].map(letter => words[from]! + letter))

test('the distance is that of its definition, up to what is asked for', () => {
  for (let at = 0; at < 3000; at++) {
    const [a, b] = [words[(at * 37) % words.length]!, words[(at * 101 + 7) % words.length]!]
    for (const most of [1, 2, 3]) {
      const exact = edits(a, b)
      const found = editDistance(a, b, most)
      expect(exact <= most ? found : found > most, `${a} ${b} ${most}`).toBe(exact <= most ? exact : true)
    }
  }
})

test('near are the terms that comparing with each one finds, in their order', () => {
  const terms = words.toSorted()
  const spelling = new Spelling(terms)
  for (const word of ['', 'a', 'abca', 'cabbc', 'zzzz', 'accca']) {
    for (const most of [1, 2]) {
      const expected = terms.flatMap((term, place) =>
        edits(word, term) <= most ? [{ term: place, edits: edits(word, term) }] : [],
      )
      expect(spelling.within(word, most)).toEqual(expected)
    }
  }
})
