import { expect, it } from 'vitest'
import { groupPages, isSamePage } from './groupPages.js'
import type { Result } from './result.js'

/** Results at these addresses: a letter is a page, a number a section of it. */
const at = (places: string) =>
  places.split(' ').map(place => ({ candidate: { url: `${place[0]}#${place[1]}` } }) as Result)
const shown = (results: readonly Result[]) => results.map(({ candidate }) => candidate.url.replace('#', '')).join(' ')

it('puts the sections of a page below its best one, at most two, and moves up no weak one', () => {
  expect(shown(groupPages(at('a1 b1 a2 c1 b2 a3')))).toBe('a1 a2 a3 b1 b2 c1')
  expect(shown(groupPages(at('a1 b1 a2 a3 c1 a4')))).toBe('a1 a2 a3 b1 c1 a4')
  expect(shown(groupPages(at('a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 a2')))).toBe('a1 b1 c1 d1 e1 f1 g1 h1 i1 j1 a2')
})

it('loses none, and tells what stands below its page', () => {
  const [first, second, third] = at('a1 a2 b1')
  expect(groupPages([])).toEqual([])
  expect(isSamePage(second!, first)).toBe(true)
  expect(isSamePage(third!, second)).toBe(false)
  expect(isSamePage(first!, undefined)).toBe(false)
})
