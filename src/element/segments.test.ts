import { beforeAll, expect, it } from 'vitest'
import { loadPackage } from './packageEntry.js'
import { markText } from './segments.js'

beforeAll(() => loadPackage())

const text = 'Stop the server with close().\n- It waits for requests.'
const whole = { start: 0, end: text.length }
const place = (part: string): [number, number] => [text.indexOf(part), text.indexOf(part) + part.length]

it('marks words that met beside words of the query, code and the sentence, and loses no text', () => {
  const met = [
    [...place('Stop'), { met: 'shut' }],
    [...place('close'), { met: 'down' }],
    [...place('waits'), { met: 'drain' }],
    [-9, -3, { met: 'headings' }],
  ] as const
  const [start, end] = place('It waits for requests.')
  const { before, sentence, after } = markText(text, whole, new Set(['stop']), { start, end }, [place('close()')], met)
  const all = [...before, ...sentence, ...after]
  expect(all.map(({ text }) => text).join('')).toBe(text)
  expect(all.filter(({ met }) => met).map(({ text, met }) => [text, met])).toEqual([
    ['Stop', 'shut'],
    ['close', 'down'],
    ['waits', 'drain'],
  ])
  expect(all.find(({ text }) => text === 'Stop')).toMatchObject({ word: true, met: 'shut' })
  expect(all.filter(({ code }) => code).map(({ text }) => text)).toEqual(['close', '()'])
  expect(sentence.map(({ text }) => text).join('')).toBe('It waits for requests.')
})

it('cuts as before where nothing met', () => {
  expect(markText('one\ntwo', { start: 0, end: 7 }, new Set())).toEqual({
    before: [{ text: 'one two', word: false }],
    sentence: [],
    after: [],
  })
})
