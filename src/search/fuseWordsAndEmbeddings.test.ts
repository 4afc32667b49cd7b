import { expect, it } from 'vitest'
import { fuseWordsAndEmbeddings } from './fuseWordsAndEmbeddings.js'

it('fuses lists of any length', () => {
  const all = 200_000
  const named = Array.from({ length: all }, (_, place) => place)
  const cosines = Float32Array.from(named, place => place / all)
  const fused = fuseWordsAndEmbeddings(new Float32Array(all), cosines, named)
  expect(fused.size).toBe(all)
  expect([...fused.keys()][0]).toBe(all - 1)
})
