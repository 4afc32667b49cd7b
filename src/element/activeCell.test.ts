import { expect, it } from 'vitest'
import { ActiveCell } from './activeCell.js'

const rows = [
  { id: 'a', cells: 2 },
  { id: 'b', cells: 1 },
]

it('walks in a ring of which the input is a part', () => {
  const cell = new ActiveCell()
  const ids = Array.from({ length: 4 }, () => {
    cell.step(1, rows)
    return cell.id
  })
  expect(ids).toEqual(['a-0', 'b-0', undefined, 'a-0'])
  cell.leave()
  cell.step(-1, rows)
  expect(cell.id).toBe('b-0')
})

it('goes along a row, and backwards out of it', () => {
  const cell = new ActiveCell()
  expect(cell.across(1, rows)).toBe(false)
  cell.step(1, rows)
  expect(cell.across(1, rows)).toBe(true)
  expect(cell.across(1, rows)).toBe(true)
  expect(cell.id).toBe('a-1')
  // A row with fewer cells has its last one.
  cell.step(1, rows)
  expect(cell.id).toBe('b-0')
  expect(cell.across(-1, rows)).toBe(false)
  expect(cell.id).toBeUndefined()
})

it('forgets a row that is gone', () => {
  const cell = new ActiveCell()
  cell.step(1, rows)
  cell.step(1, [{ id: 'c', cells: 1 }])
  expect(cell.id).toBe('c-0')
})
