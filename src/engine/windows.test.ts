import fc from 'fast-check'
import { expect, test } from 'vitest'
import { split } from './windows.js'

/** A token every four units, as far as a tokenizer that sees words alone goes. */
const countTokens = (piece: string) => Math.ceil(piece.length / 4)
const tokensIn = (text: string) => text.split(/\s+/).reduce((sum, word) => sum + countTokens(word), 0)

const texts = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(' ', '\n', '  ')), { maxLength: 300 })
  .map(words => words.map(([length, space]) => 'x'.repeat(length) + space).join(''))

test('windows fit the room, are at most as many as asked for, overlap, and begin with the text', () => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 80, max: 160 }), fc.integer({ min: 2, max: 8 }), (text, room, most) => {
      const windows = split(text, room, most, countTokens)
      expect(windows.length).toBeLessThanOrEqual(most)
      windows.forEach(({ start, end }, i) => {
        expect(tokensIn(text.slice(start, end).trim())).toBeLessThanOrEqual(room)
        if (i > 0) expect(start).toBeLessThanOrEqual(windows[i - 1]!.end + 2)
        if (i > 0) expect(end).toBeGreaterThanOrEqual(windows[i - 1]!.end)
      })
      expect(text.slice(0, windows[0]!.start).trim()).toBe('')
    }),
  )
})

test('as many as cover the text, to its last word; what most of them do not cover is not read', () => {
  const text = Array.from({ length: 100 }, (_, i) => `w${String(i).padStart(3, '0')}`).join(' ')
  for (const most of [4, 8]) {
    const windows = split(text, 40, most, countTokens)
    expect(windows.length).toBe(3)
    expect(windows.at(-1)!.end).toBe(text.length)
  }
  const two = split(text, 40, 2, countTokens)
  expect(two.map(({ start, end }) => text.slice(start, end)).join('|')).toMatch(/^w000 .* w039\|w030 .* w069$/)
})

test('neighbours share about a quarter', () => {
  const text = 'word '.repeat(1000)
  const windows = split(text, 100, 8, countTokens)
  expect(windows.length).toBe(8)
  for (let i = 1; i < windows.length; i++) {
    const shared = (windows[i - 1]!.end - windows[i]!.start) / 5
    expect(shared).toBeGreaterThanOrEqual(24)
    expect(shared).toBeLessThanOrEqual(27)
  }
})

test('text without spaces is cut too, no pair of surrogates apart', () => {
  const text = '😀'.repeat(500)
  const windows = split(text, 100, 8, piece => piece.length / 2)
  expect(windows.length).toBeGreaterThan(4)
  for (const { start, end } of windows) expect(text.slice(start, end)).toMatch(/^(😀)+$/u)
})

test('a word longer than the room is a window of its own', () => {
  const windows = split(`${'x'.repeat(60)} ${'y'.repeat(60)}`, 10, 4, countTokens)
  expect(windows.length).toBeGreaterThan(0)
  for (const { start, end } of windows) expect(end).toBeGreaterThan(start)
})
