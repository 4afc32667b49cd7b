import { expect, it } from 'vitest'
import type { IndexInfo } from '../api/search.js'
import { fitsMeanings } from './fitsEmbeddings.js'

const info: IndexInfo = { version: 1, sections: 1, pages: 1, sha256: '', filters: {}, credits: [], bytes: 1 }
const indexed = { model: 'small', weights: 'a', width: 8 }

it('takes vectors of the model that made the meanings, and of no other of its name', () => {
  expect(fitsMeanings({ ...info, meanings: indexed }, { model: 'small', weights: 'a' })).toBe(true)
  expect(fitsMeanings({ ...info, meanings: indexed }, { model: 'small', weights: 'b' })).toBe(false)
  expect(fitsMeanings({ ...info, meanings: indexed }, { model: 'other', weights: 'a' })).toBe(false)
  expect(fitsMeanings(info, { model: 'small', weights: 'a' })).toBe(false)
})

it('goes by the name where one of them does not tell its weights', () => {
  expect(fitsMeanings({ ...info, meanings: indexed }, { model: 'small' })).toBe(true)
  expect(fitsMeanings({ ...info, meanings: { model: 'small', width: 8 } }, { model: 'small', weights: 'b' })).toBe(true)
})
