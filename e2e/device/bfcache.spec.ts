import { launchOptions } from '../support/chromium.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

// Playwright's browsers keep no pages for the back button unless told to.
test.use({ launchOptions: { ...launchOptions(false), ignoreDefaultArgs: ['--disable-back-forward-cache'] } })

test('a page that was left and is come back to answers the call that was pending, and the next', async ({ page }) => {
  // Chromium gives a page up if a worker's message arrives just while it freezes the page, and then loads it anew.
  await expect(async () => {
    await openLibrary(page)
    await page.evaluate(async () => {
      const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm' })
      const passages = Array.from({ length: 3000 }, (_, i) => `passage ${i}`)
      const pending = reranker.rank('a query', passages)
      const persisted = new Promise(resolve => addEventListener('pageshow', event => resolve(event.persisted)))
      Object.assign(window, { left: { reranker, pending, persisted } })
    })
    await page.goto('/blank.html?another')
    await new Promise(resolve => setTimeout(resolve, 1000))
    await page.goBack({ waitUntil: 'commit' })
    await page.waitForFunction(() => 'left' in window, undefined, { timeout: 3000 })
  }).toPass()
  const back = await page.evaluate(async () => {
    const { reranker, pending, persisted } = (window as unknown as { left: Left }).left
    const next = await reranker.rank('another', ['a passage', 'a second'])
    const lengths = [(await pending).results.length, next.results.length]
    await reranker.dispose()
    return { persisted: await persisted, lengths }
  })
  expect(back).toEqual({ persisted: true, lengths: [3000, 2] })
})

interface Left {
  reranker: import('../../src/index.js').Reranker
  pending: Promise<import('../../src/index.js').Ranking>
  persisted: Promise<boolean>
}
