import { expect, it } from 'vitest'
import type { IndexInfo } from '../api/search.js'
import { fitsEmbeddings } from './fitsEmbeddings.js'

const info: IndexInfo = { version: 1, sections: 1, pages: 1, sha256: '', filters: {}, credits: [], bytes: 1 }
const indexed = { model: 'small', weights: 'a', width: 8 }

it('takes vectors of the model that made the embeddings, and of no other of its name', () => {
  expect(fitsEmbeddings({ ...info, embeddings: indexed }, { model: 'small', weights: 'a' })).toBe(true)
  expect(fitsEmbeddings({ ...info, embeddings: indexed }, { model: 'small', weights: 'b' })).toBe(false)
  expect(fitsEmbeddings({ ...info, embeddings: indexed }, { model: 'other', weights: 'a' })).toBe(false)
  expect(fitsEmbeddings(info, { model: 'small', weights: 'a' })).toBe(false)
})

it('goes by the name where one of them does not tell its weights', () => {
  expect(fitsEmbeddings({ ...info, embeddings: indexed }, { model: 'small' })).toBe(true)
  expect(fitsEmbeddings({ ...info, embeddings: { model: 'small', width: 8 } }, { model: 'small', weights: 'b' })).toBe(
    true,
  )
})
