import { mainThreadTasks } from './mainThread.js'
import { openLibrary } from './page.js'
import { expect, test } from './test.js'

/** A frame at 60 Hz. */
const FRAME_MS = 16

declare global {
  interface Window {
    work: () => Promise<number>
    passages: string[]
    kept: import('../src/index.js').Reranker
  }
}

/** Starts `window.work` from a task of the page's own: what it costs is what a page pays. */
const work = (page: import('playwright/test').Page) => page.evaluate(() => window.work())

test.beforeEach(({ page }) => openLibrary(page))

test('loading takes no task of a frame on the main thread', async ({ page, browser }) => {
  await page.evaluate(() => {
    window.work = async () => {
      window.kept = await window.library.createReranker({
        model: '/models/bert-relu-q8/',
        device: 'wasm',
        onProgress: () => {},
      })
      return 0
    }
  })
  const tasks = await mainThreadTasks(browser, page, () => work(page))
  console.log(`    ${tasks.length} tasks, the longest ${tasks[0]!.toFixed(1)} ms of CPU time`)
  expect(tasks.length).toBeGreaterThan(10)
  expect(tasks[0]).toBeLessThan(FRAME_MS)
})

for (const [count, what] of [
  [100, 'a ranking after every batch'],
  [10_000, 'the final ranking alone'],
  [10_000, 'a ranking after every batch, of the best 50'],
] as const) {
  test(`ranking ${count} passages takes no task of a frame on the main thread: ${what}`, async ({ page, browser }) => {
    await page.evaluate(
      async ({ count, what }) => {
        const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm' })
        window.passages = Array.from({ length: count }, (_, i) => `passage ${i} of many`)
        window.work = async () => {
          let partials = 0
          const options = {
            ...(what.startsWith('the final') ? {} : { onPartial: () => partials++ }),
            ...(what.includes('best 50') ? { topK: 50 } : {}),
          }
          await reranker.rank('a query', window.passages, options)
          return partials
        }
        // Compiled code is what a page has after its first call.
        await reranker.rank('another query', window.passages.slice(0, 50), { onPartial: () => {} })
      },
      { count, what },
    )
    let partials = 0
    const tasks = await mainThreadTasks(browser, page, async () => {
      partials = await work(page)
    })
    console.log(
      `    ${tasks.length} tasks, ${partials} partial rankings, the longest ${tasks[0]!.toFixed(1)} ms of CPU time`,
    )
    expect(tasks.length).toBeGreaterThan(10)
    expect(tasks[0]).toBeLessThan(FRAME_MS)
  })
}

for (const count of [100, 600]) {
  test(`a ranking of ${count} passages costs two messages a slice, two a partial ranking and two for its callback`, async ({
    page,
  }) => {
    const { sent, asked, partials } = await page.evaluate(async count => {
      let sent = 0
      for (const { prototype } of [Worker, MessagePort]) {
        const { postMessage } = prototype as Worker
        ;(prototype as Worker).postMessage = function (this: Worker, ...given: Parameters<typeof postMessage>) {
          sent++
          return postMessage.apply(this, given)
        } as typeof postMessage
      }
      // By the ports of callbacks: calls, and at last that the worker lets go of them.
      let asked: string[] = []
      const { start } = MessagePort.prototype
      MessagePort.prototype.start = function (this: MessagePort) {
        this.addEventListener('message', ({ data }) => asked.push(data.type))
        start.call(this)
      }
      const released = async (ports: number) => {
        const answered = () => asked.filter(type => type === 'RELEASE').length === ports
        // A turn more: the answer follows what was asked.
        do await new Promise(resolve => setTimeout(resolve))
        while (!answered())
      }
      const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm' })
      // Loading has two callbacks, and lets go of them once it has ended.
      await released(2)
      sent = 0
      asked = []
      const passages = Array.from({ length: count }, (_, i) => `passage ${i} of many`)
      let partials = 0
      await reranker.rank('a query', passages, { onPartial: () => partials++ })
      await released(1)
      return { sent, asked, partials }
    }, count)
    const slices = Math.ceil(count / 256)
    console.log(`    ${count} passages: ${sent} sent by the page, ${partials} partial rankings, ${slices} slices`)
    // Of each pair the page sends one: a slice, the first with the call, or the answer to what the port asks. A partial ranking that the final one
    // overtakes is answered, but not shown.
    expect(asked.length - 1).toBeGreaterThanOrEqual(partials)
    expect(sent).toBe(slices + asked.length)
  })
}

test('a first visit downloads these files, each once', async ({ page }) => {
  const asked: string[] = []
  page.context().on('request', request => asked.push(new URL(request.url()).pathname))
  await openLibrary(page)
  await page.evaluate(async () => {
    const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm', threads: 1 })
    await reranker.rank('a query', ['a passage'])
    await reranker.dispose()
  })
  expect(asked.filter(path => path !== '/blank.html' && path !== '/favicon.ico').sort()).toEqual([
    '/dist/index.js',
    '/dist/ort-wasm-simd-threaded.mjs',
    '/dist/ort-wasm-simd-threaded.wasm',
    '/dist/rerank.worker.js',
    '/models/bert-relu-q8/manifest.json',
    '/models/bert-relu-q8/tokenizer.json',
    '/models/bert-relu-q8/weights.safetensors',
  ])
})
