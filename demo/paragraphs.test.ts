import { expect, it } from 'vitest'
import { splitParagraphs } from './paragraphs.js'

it('splits at blank lines, with blanks in them too, whatever the line ends', () => {
  expect(splitParagraphs('one\nstill one\n\n two \r\n\r\n\t\n\n\nthree\n')).toEqual(['one\nstill one', 'two', 'three'])
})

it('finds nothing in nothing', () => {
  expect(splitParagraphs(' \n\n\t\n')).toEqual([])
})
