import { expect, test } from 'vitest'
import { isNews } from './isNews.js'

/** Sizes of the provisional rankings of a list that is read in batches of 4. */
function sizes(total: number): number[] {
  const shown: number[] = []
  for (let read = 4; read < total; read += 4) if (isNews(read, shown.at(-1) ?? 0)) shown.push(read)
  return shown
}

test('a list of a thousand is ranked after every batch', () => {
  expect(sizes(1000)).toEqual(Array.from({ length: 249 }, (_, i) => 4 * (i + 1)))
})

test('nothing new is no news', () => {
  expect([isNews(0, 0), isNews(5, 5), isNews(1, 0)]).toEqual([false, false, true])
})

test.each([10_000, 100_000])('of %d passages, all rankings together hold at most 260 times as many', total => {
  const all = sizes(total)
  expect(all.reduce((sum, size) => sum + size)).toBeLessThan(260 * total)
  // And none is long to wait for.
  all.slice(1).forEach((size, i) => {
    expect(size - all[i]!).toBeLessThanOrEqual(4 + all[i]! / 256)
  })
})
