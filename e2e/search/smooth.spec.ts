import { mainThreadTasks } from '../support/mainThread.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'

/** A frame at 60 Hz. */
const FRAME_MS = 16

declare global {
  interface Window {
    work: () => Promise<number>
    passages: string[]
    kept: import('../../src/index.js').Reranker
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
  [100, 'provisional rankings'],
  [10_000, 'the final ranking alone'],
  [10_000, 'provisional rankings, of the best 50'],
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
  test(`a ranking of ${count} passages costs two messages a slice and one a provisional ranking`, async ({ page }) => {
    const { sent, told, partials } = await page.evaluate(async count => {
      let sent = 0
      for (const { prototype } of [Worker, MessagePort]) {
        const { postMessage } = prototype as Worker
        ;(prototype as Worker).postMessage = function (this: Worker, ...given: Parameters<typeof postMessage>) {
          sent++
          return postMessage.apply(this, given)
        } as typeof postMessage
      }
      // By the ports of callbacks.
      let told: number[] = []
      const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage')!
      Object.defineProperty(MessagePort.prototype, 'onmessage', {
        set(this: MessagePort, listener: unknown) {
          this.addEventListener('message', ({ data }) => told.push(data.encoded))
          set!.call(this, listener)
        },
      })
      const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device: 'wasm' })
      sent = 0
      told = []
      const passages = Array.from({ length: count }, (_, i) => `passage ${i} of many`)
      let partials = 0
      await reranker.rank('a query', passages, { onPartial: () => partials++ })
      // What the final ranking overtakes.
      await new Promise(resolve => setTimeout(resolve, 100))
      return { sent, told, partials }
    }, count)
    const slices = Math.ceil(count / 256)
    console.log(`    ${count} passages: ${sent} sent by the page, ${partials} provisional rankings, ${slices} slices`)
    expect(partials).toBeGreaterThan(0)
    // Each told once. One that the final ranking overtakes is told, but not shown.
    expect(told.length).toBeGreaterThanOrEqual(partials)
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b))
    // The worker answers a slice; nobody answers a provisional ranking.
    expect(sent).toBe(slices)
  })
}

for (const [runtime, files] of [
  ['kernels', ['/dist/kernels.worker.js']],
  ['onnxruntime', ['/dist/ort-wasm-simd-threaded.mjs', '/dist/ort-wasm-simd-threaded.wasm', '/dist/rerank.worker.js']],
] as const) {
  test(`a first visit that ranks by ${runtime} downloads these files, each once`, async ({ page }) => {
    const asked: string[] = []
    page.context().on('request', request => asked.push(new URL(request.url()).pathname))
    await openLibrary(page)
    await page.evaluate(async runtime => {
      const options = { model: '/models/bert-relu-q8/', device: 'wasm', runtime, threads: 1 } as const
      const reranker = await window.library.createReranker(options)
      await reranker.rank('a query', ['a passage'])
      await reranker.dispose()
    }, runtime)
    expect(asked.filter(path => path !== '/blank.html' && path !== '/favicon.ico').sort()).toEqual([
      '/dist/index.js',
      ...files,
      '/models/bert-relu-q8/manifest.json',
      '/models/bert-relu-q8/tokenizer.json',
      '/models/bert-relu-q8/weights.safetensors',
    ])
  })
}
