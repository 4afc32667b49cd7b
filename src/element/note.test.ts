import { expect, it } from 'vitest'
import type { Reranker } from '../api/ranking.js'
import { noteOf } from './note.js'
import type { Result } from './result.js'
import { initialState, type SearchState } from './searchState.js'
import { stringsOf } from './strings/index.js'

const noteIn = (state: Partial<SearchState>) =>
  noteOf(
    { ...initialState, results: [{} as Result], ...state },
    { phase: 'ready', reranker: {} as Reranker },
    stringsOf('en'),
  ).text

it('says how the rows are ordered at every moment', () => {
  expect(noteIn({ phase: 'words' })).toBe('Ordered by words')
  expect(noteIn({ phase: 'words', byMeaning: true })).toBe('Ordered by words and meaning')
  expect(noteIn({ phase: 'words', unread: true })).toBe('Ordered by words: the model does not know this language')
  // The rows are still those of the former query.
  expect(noteIn({ phase: 'searching', byMeaning: true })).toBe('Ordered by words and meaning')
  expect(noteIn({ phase: 'searching' })).toBe('Ordered by words')
  expect(noteIn({ phase: 'reading', byMeaning: true, read: 3, toRead: 16 })).toBe('3 of 16 ranked')
})
