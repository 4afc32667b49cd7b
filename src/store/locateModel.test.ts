import { basename, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createReranker } from '../node.js'
import { locateModel } from './locateModel.js'

test.each([
  ['https://models.example/a', undefined, 'https://models.example/a/'],
  ['https://models.example/a/', './models', 'https://models.example/a/'],
  ['a', 'https://models.example/all', 'https://models.example/all/a/'],
  ['a', 'https://models.example/all/', 'https://models.example/all/a/'],
  ['./a', undefined, resolve('a')],
])('%s of %s is at %s', (model, base, place) => {
  expect(locateModel(model, base)).toBe(place)
})

test('a shipped model has a name alone', () => {
  expect(basename(locateModel('mvp-mini-q4'))).toBe('mvp-mini-q4')
  expect(() => locateModel('mvp-maxi')).toThrow(expect.objectContaining({ code: 'model-not-found' }))
})

test.each([{ model: 5 }, { modelBase: 5 }])('%j is refused with a code', async options => {
  await expect(createReranker(options as never)).rejects.toMatchObject({ code: 'bad-option' })
})
