import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { startServer } from '../../e2e/support/server.js'
import { expect, test } from '../../e2e/support/test.js'
import type { SearchResultsDetail } from '../../src/element/events.js'
import { animate, FrameRecorder } from '../support/animation.js'

const QUESTION = 'How do I keep secrets out of the logs?'
const PICTURE = 'docs/ranking.gif'
const README = 'README.md'

/** A query before the picture, after which the model and the index's codes are there. */
const EARLIER = 'timeout'
/** The run plays for at most this long: a slow one plays faster, and the caption says so. */
const LONGEST_MS = 6500
/** Milliseconds that the last frame stays. */
const REST_MS = 3500
const KEY_MS = 45

/**
 * Records the demo page once its model is loaded: words answer, then the model reads and ranks. It writes the README's
 * picture and its caption. Nothing is staged: frames keep the times at which the browser painted them.
 */
test('the ranking sharpens: the picture of the README', async ({ page, browser }) => {
  const server = await startServer({ roots: [{ prefix: '/', folder: 'dist-site' }] })
  await page.setViewportSize({ width: 900, height: 780 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${server.origin}/`)
  const field = page.getByRole('combobox', { name: 'Search' })
  const note = page.locator('mvp-search [part~=note]')
  await field.fill(EARLIER)
  await expect(note).toContainText('ranked in', { timeout: 15 * 60_000 })
  await field.fill('')
  const results = page.evaluate(
    () =>
      new Promise<{ read: number; milliseconds: number }>(done => {
        document.addEventListener('mvp-search-results', event => {
          const { detail } = event as CustomEvent<SearchResultsDetail>
          if (detail.ranked && detail.read > 1) done(detail)
        })
      }),
  )
  await field.focus()
  const recorder = await FrameRecorder.start(page)
  await field.pressSequentially(QUESTION, { delay: KEY_MS })
  await expect(note).toContainText('ranked in', { timeout: 15 * 60_000 })
  const { read, milliseconds } = await results
  // Rows glide to their last places.
  await page.waitForTimeout(800)
  const box = (await page.locator('#search').boundingBox())!
  const frames = await recorder.stop()
  await server.close()

  const speed = Math.max(1, Math.round((10 * frames.at(-1)!.ms) / LONGEST_MS) / 10)
  const clip = { left: 16, top: Math.floor(box.y) - 14, width: 868, height: 780 - Math.floor(box.y) + 14 }
  const picture = await animate(frames, { clip, speed, restMs: REST_MS })
  expect(picture.length).toBeLessThan(1e6)
  writeFileSync(PICTURE, picture)

  const seconds = (milliseconds / 1000).toFixed(1)
  const machine = `${cpus().length} cores of an ${cpus()[0]!
    .model.replaceAll(/\((R|TM)\)|Processor|CPU|@.*/g, '')
    .trim()}`
  writeCaption(
    [
      '*The demo, its model loaded. Words answer each key; the model then reads and puts the answer first:',
      `${read} passages, ${seconds} s after the last key.`,
      `${machine}, Chromium ${browser.version().split('.')[0]}, WebAssembly.`,
      speed === 1 ? 'It plays in real time.' : `It plays ${speed} times as fast as the page ran.`,
      '`npm run docs:picture` records it.*',
    ].join(' '),
  )
})

/** Puts the caption between its markers in the README, in lines of 120 columns. */
function writeCaption(caption: string): void {
  const lines = caption.replace(/(.{1,120})(?: |$)/g, '$1\n')
  const [begin, end] = ['<!-- picture -->\n', '<!-- /picture -->']
  const text = readFileSync(README, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`${README} has no markers for the picture's caption.`)
  writeFileSync(README, before + begin + lines + end + after)
}
