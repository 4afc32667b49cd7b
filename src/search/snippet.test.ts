import { expect, it } from 'vitest'
import { snippet } from './snippet.js'

const text = `${'Nothing of interest here. '.repeat(20)}\nThe limit is set by bodyLimit. More follows.\nLimits of another kind.`

it('begins at the line that says most of the words', () => {
  expect(snippet(text, new Set(['limit', 'body']), 60)).toMatch(/^… The limit is set by bodyLimit\. More follows/)
})

it('is the beginning of a text that says none of them', () => {
  expect(snippet(text, new Set(['absent']), 60)).toMatch(/^Nothing of interest here/)
})

it('is one line', () => {
  expect(snippet('a\n  b\n\nc', new Set())).toBe('a b c')
})
