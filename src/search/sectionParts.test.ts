import { expect, it } from 'vitest'
import { firstParts, limitPartsPerSection } from './sectionParts.js'

const section = (page: number, anchor: string, ...path: string[]) => ({ page, anchor, path })

it('knows the parts of a section by page, anchor and headings', () => {
  const sections = [
    section(0, '', 'Start'),
    section(0, '', 'Start'),
    section(0, '', 'Notes'),
    section(0, 'options', 'Start', 'Options'),
    section(0, 'options', 'Start', 'Options'),
    section(1, 'options', 'Start', 'Options'),
  ]
  expect([...firstParts(sections)]).toEqual([0, 0, 2, 3, 3, 5])
})

it('takes the best three parts of a section, in their places, and fills up with what comes next', () => {
  const first = Int32Array.of(0, 0, 0, 0, 0, 5, 6)
  expect(limitPartsPerSection([4, 2, 5, 0, 1, 3, 6], first, 5)).toEqual([4, 2, 5, 0, 6])
  expect(limitPartsPerSection([4, 2, 5, 0, 1, 3, 6], first, 2)).toEqual([4, 2])
  expect(limitPartsPerSection([4], first, 0)).toEqual([])
})
