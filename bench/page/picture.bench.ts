import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { startServer } from '../../e2e/support/server.js'
import { expect, test } from '../../e2e/support/test.js'
import { animate, type Frame, FrameRecorder } from '../support/animation.js'

const QUESTION = 'How do I keep secrets out of the logs?'
const PICTURE = 'docs/ranking.gif'
const README = 'README.md'

/** What follows the last key plays for at most this long: a slow run plays faster, and the caption says so. */
const LONGEST_MS = 4500
/** Milliseconds that the last frame stays. */
const REST_MS = 3500
const KEY_MS = 45

/**
 * Records the demo page on a first visit: words answer, the model arrives, reads and ranks. It writes the README's picture
 * and its caption. Nothing is staged: frames keep the times at which the browser showed them.
 */
test('the ranking sharpens: the picture of the README', async ({ page, browser }) => {
  const server = await startServer({ roots: [{ prefix: '/', folder: 'dist-site' }] })
  await page.setViewportSize({ width: 900, height: 890 })
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto(`${server.origin}/`)
  const field = page.getByRole('combobox', { name: 'Search' })
  const note = page.locator('mvp-search [part~=note]')
  const results = page.evaluate(
    () =>
      new Promise<{ read: number; milliseconds: number }>(done => {
        document.addEventListener('mvp-search-results', ({ detail }) => {
          if (detail.ranked && detail.read > 1) done(detail)
        })
      }),
  )
  await field.focus()
  const recorder = await FrameRecorder.start(page)
  await field.pressSequentially(QUESTION, { delay: KEY_MS })
  const typed = Date.now()
  await expect(note).toContainText('ranked in', { timeout: 15 * 60_000 })
  const { read, milliseconds } = await results
  // Rows glide to their last places.
  await page.waitForTimeout(800)
  const box = (await page.locator('mvp-search').boundingBox())!
  const frames = await recorder.stop()
  await server.close()

  const { fast, speed } = pace(frames, typed)
  const clip = { left: 16, top: Math.floor(box.y) - 14, width: 868, height: 890 - Math.floor(box.y) + 14 }
  const picture = await animate(fast, { clip, restMs: REST_MS })
  expect(picture.length).toBeLessThan(1e6)
  writeFileSync(PICTURE, picture)

  const seconds = (milliseconds / 1000).toFixed(1)
  const machine = `${cpus().length} cores of an ${cpus()[0]!
    .model.replaceAll(/\((R|TM)\)|Processor|CPU|@.*/g, '')
    .trim()}`
  writeCaption([
    '*A first visit to the demo. Words answer each key. Then the model arrives in the page, reads, and puts the answer',
    `first: ${read} passages, ${seconds} s after the last key. ${machine}, Chromium ${browser.version().split('.')[0]}, WebAssembly. ${
      speed === 1
        ? 'It plays in real time.'
        : `The machine was busy with other work: what follows the last key plays ${speed} times as fast as it ran.`
    }`,
    '`npm run docs:picture` records it.*',
  ])
})

/** Plays what follows the last key faster, if it took long. */
function pace(frames: readonly Frame[], typedAt: number): { fast: Frame[]; speed: number } {
  const typed = Math.max(0, typedAt - frames[0]!.at)
  const wait = frames.at(-1)!.ms - typed
  const speed = Math.max(1, Math.round((10 * wait) / LONGEST_MS) / 10)
  const played = (ms: number) => (ms < typed ? ms : typed + (ms - typed) / speed)
  return { speed, fast: frames.map(frame => ({ ...frame, ms: played(frame.ms) })) }
}

/** Puts the caption between its markers in the README. */
function writeCaption(lines: readonly string[]): void {
  const caption = lines.join('\n')
  const text = readFileSync(README, 'utf8')
  const written = text.replace(
    /(<!-- picture -->\n)[\s\S]*?(\n<!-- \/picture -->)/,
    (_, begin, end) => begin + caption + end,
  )
  if (written === text) console.warn(`${README} has no place for the caption, or has it already:\n${caption}`)
  writeFileSync(README, written)
}
