import { expect, it } from 'vitest'
import type { Reranker } from '../api/ranking.js'
import type { ModelState } from './modelLoader.js'
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

it('says in the empty search where the query goes, and the state of the model', () => {
  const strings = stringsOf('en')
  const noteAt = (model: ModelState, idle?: string) => noteOf(initialState, model, strings, idle)
  const progress = { phase: 'download', loaded: 34, total: 100 } as const
  const whole = strings.private
  expect(noteAt({ phase: 'none' }, whole).text).toBe('What you type stays on this device')
  expect(noteAt({ phase: 'waiting' }, whole)).toEqual({ text: whole, offer: 'load' })
  expect(noteAt({ phase: 'saving' }, whole)).toEqual({
    text: `${whole} · model on hold, to save data`,
    offer: 'load',
  })
  expect(noteAt({ phase: 'loading', progress } as ModelState, whole)).toEqual({
    text: `${whole} · model is loading, 34\u00a0%`,
    progress: 0.34,
  })
  expect(noteAt({ phase: 'ready', reranker: {} as Reranker }, whole).text).toBe(`${whole} · model is ready`)
  expect(noteAt({ phase: 'failed', error: '' }, whole).text).toBe(`${whole} · the model could not be loaded`)
  expect(noteAt({ phase: 'ready', reranker: {} as Reranker }, '').text).toBe('model is ready')
  expect(noteAt({ phase: 'ready', reranker: {} as Reranker }).text).toBe('')
})
