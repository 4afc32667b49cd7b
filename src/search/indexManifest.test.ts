import { expect, it } from 'vitest'
import { INDEX_VERSION, parseIndexManifest } from './indexManifest.js'

const file = { path: 'file-1.bin', bytes: 9, sha256: 'a'.repeat(64) }
const words = { format: 'mvp-rerank-index', version: INDEX_VERSION, sections: 1, pages: 1, words: file, filters: {} }
const whole = { ...words, credits: [], embeddings: { ...file, model: 'small', width: 8 } }

it('reads an index with token codes, and one without', () => {
  expect(parseIndexManifest(whole).tokens).toBeUndefined()
  expect(parseIndexManifest({ ...whole, tokens: file }).tokens).toEqual(file)
})

it('refuses token codes without embeddings, from elsewhere or without a hash', () => {
  const wrong = [
    { ...whole, embeddings: undefined, tokens: file },
    { ...whole, tokens: { ...file, path: '../tokens.bin' } },
    { ...whole, tokens: { ...file, sha256: '' } },
    { ...whole, tokens: null },
  ]
  for (const manifest of wrong) {
    expect(() => parseIndexManifest(manifest)).toThrow(
      expect.objectContaining({ code: 'bad-index', message: expect.stringContaining('tokens') }),
    )
  }
})
