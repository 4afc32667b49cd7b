import { expect, it } from 'vitest'
import { SectionFilters } from './filters.js'

it('may have the name of what every object has', () => {
  const pages = [{ filters: {} }, { filters: { constructor: ['a'] } }] as { filters: Record<string, string[]> }[]
  const sections = [0, 1].map(page => ({ page, anchor: '', path: [] }))
  const filters = new SectionFilters(pages, sections, Int32Array.of(0, 1))
  expect(filters.allowed({ constructor: 'a' })).toEqual(Uint8Array.of(0, 1))
  expect(filters.allowed({ constructor: ['a', ''] })).toEqual(Uint8Array.of(1, 1))
  expect(filters.count(['constructor'], {}, () => true)).toEqual({ constructor: [{ value: 'a', count: 1 }] })
})
