import { beforeAll, expect, it } from 'vitest'
import { excerptOf } from './excerpt.js'
import { loadPackage } from './packageEntry.js'
import { safeUrl } from './safeUrl.js'
import { markText, readable } from './segments.js'
import { sentencesOf } from './sentences.js'

beforeAll(loadPackage)

const sentences = (text: string) => sentencesOf(text).map(({ start, end }) => text.slice(start, end))

it('cuts sentences, and never joins lines', () => {
  expect(
    sentences('Yeast eats sugar, as it was said. It gives off gas!\nFeed it once a week, or more\nShort.'),
  ).toEqual(['Yeast eats sugar, as it was said.', 'It gives off gas!', 'Feed it once a week, or more'])
})

it('leaves out the frames and arrows that a text draws with characters', () => {
  const text = '│ (server stopped, all requests are done) │ └─▶ the callback is called'
  const [sentence] = sentencesOf(text) as [{ start: number; end: number }]
  expect(sentence.start).toBe(2)
  const { before, sentence: marked } = markText(text, { start: 0, end: text.length }, new Set(), sentence)
  const shown = [...before, ...marked].map(({ text }) => text).join('')
  expect(shown.trim().replace(/\s+/g, ' ')).toBe('(server stopped, all requests are done) the callback is called')
})

it('prefers sentences to lines of code, and takes code where there is nothing else', () => {
  expect(sentences('abortController.abort()\nThis ends the request at once.')).toEqual([
    'This ends the request at once.',
  ])
  expect(sentences('abortController.abort()')).toEqual(['abortController.abort()'])
  expect(sentences('酵母は糖を食べてガスを出し、そのガスが生地を膨らませます。')).toHaveLength(1)
  expect(sentences('')).toEqual([])
})

it('shows the sentence that is most relevant, or what says most of the words, or the beginning', () => {
  const text = `${'Nothing is said of it here at all. '.repeat(20)}Salt slows the yeast. ${'More is said elsewhere, of other things. '.repeat(10)}`
  expect(text.slice(excerptOf(text, new Set()).start)).toBe(text)
  expect(text.slice(excerptOf(text, new Set(['yeast'])).start)).toMatch(/^Salt slows/)
  const start = text.indexOf('Salt')
  expect(excerptOf(text, new Set(), { start, end: start + 21 }).start).toBe(start)
})

it('fills the room of an excerpt at the end of a text with what comes before', () => {
  const text =
    'One thing is said first. Then another thing is said. And then one more thing. At last: the answer to it.'
  const start = text.indexOf('At last')
  expect(excerptOf(text, new Set(), { start, end: text.length }).start).toBe(0)
})

it('marks words and the sentence; joined, the runs are what is shown', () => {
  const text = 'Salt slows the yeast. Warmth makes it faster.'
  const marked = markText(text, { start: 0, end: text.length }, new Set(['yeast', 'warmth']), { start: 22, end: 45 })
  expect(marked.before).toEqual([
    { text: 'Salt slows the ', word: false },
    { text: 'yeast', word: true },
    { text: '. ', word: false },
  ])
  expect(marked.sentence.map(({ text }) => text).join('')).toBe('Warmth makes it faster.')
  const all = [...marked.before, ...marked.sentence, ...marked.after]
  expect(all.map(({ text }) => text).join('')).toBe(text)
  const outside = markText(text, { start: 0, end: 21 }, new Set(), { start: 22, end: 45 })
  expect(outside).toEqual({ before: [{ text: text.slice(0, 21), word: false }], sentence: [], after: [] })
})

it('leaves out what turns the direction of text, and keeps text that runs the other way', () => {
  expect(readable('invoice\u202Efdp.exe\u2066')).toBe('invoicefdp.exe')
  expect(readable('خبز \u200F!')).toBe('خبز \u200F!')
})

it('follows http and https alone', () => {
  const base = 'https://example.org/docs/'
  expect(safeUrl('guide#close', base)).toBe('https://example.org/docs/guide#close')
  expect(safeUrl('//other.org/a', base)).toBe('https://other.org/a')
  for (const url of ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'http://[']) {
    expect(safeUrl(url, base)).toBeUndefined()
  }
})
