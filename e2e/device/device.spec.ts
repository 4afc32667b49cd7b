import type { Page } from 'playwright/test'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'
import { broken, offerBrokenWorkers } from '../support/workerAfter.js'

test.beforeEach(async ({ page }) => {
  await openLibrary(page)
  await offerBrokenWorkers(page)
})

declare global {
  interface Window {
    /** A reranker of a small model on WASM, what was heard of it, and its workers. */
    start: (script?: string) => Promise<Started>
    started: Started
  }
}

interface Started {
  reranker: import('../../src/index.js').Reranker
  statuses: string[]
  workers: Worker[]
  /** Resolves when a status of the kind has come. */
  heard: (kind: string) => Promise<void>
}

test.beforeEach(({ page }) =>
  page.evaluate(() => {
    window.start = async (script = '') => {
      const statuses: string[] = []
      const workers: Worker[] = []
      const make = window.workerAfter(script)
      const reranker = await window.library.createReranker({
        model: '/models/bert-relu-q8/',
        device: 'wasm',
        createWorker: () => {
          const worker = make()
          workers.push(worker)
          return worker
        },
        onStatus: status => statuses.push(status.kind),
      })
      const heard = async (kind: string) => {
        while (!statuses.includes(kind)) await new Promise(resolve => setTimeout(resolve, 20))
      }
      return { reranker, statuses, workers, heard }
    }
  }),
)

test('a worker that ends while nothing runs is replaced before the next call', async ({ page }) => {
  const { statuses, results } = await page.evaluate(async () => {
    const { reranker, statuses, workers, heard } = await window.start()
    workers[0]!.terminate()
    await heard('recovered')
    const { results } = await reranker.rank('a query', ['a passage', 'another'])
    await reranker.dispose()
    return { statuses, results: results.length }
  })
  expect(results).toBe(2)
  expect(statuses).toEqual(['chosen', 'lost', 'chosen', 'recovered'])
})

test('when memory runs out in the middle of a call, it is answered by a new worker', async ({ page }) => {
  const { statuses, results } = await page.evaluate(async script => {
    const { reranker, statuses } = await window.start(script)
    window.tellWorkers('starve')
    // Encoded once, since they are equal, but scored together: tens of megabytes.
    const passages = new Array<string>(50_000).fill('a passage')
    const { results } = await reranker.rank('a query', passages)
    await reranker.dispose()
    return { statuses, results: results.length }
  }, broken.memory)
  expect(results).toBe(50_000)
  expect(statuses).toEqual(['chosen', 'lost', 'chosen', 'recovered'])
})

test('a page that is frozen and resumed answers the call that was pending, and the next', async ({ page }) => {
  const lifecycle = await page.context().newCDPSession(page)
  await page.evaluate(async () => {
    window.started = await window.start()
    const passages = Array.from({ length: 2000 }, (_, i) => `passage ${i} of many`)
    let begun = () => {}
    const beginning = new Promise<void>(resolve => {
      begun = resolve
    })
    const pending = window.started.reranker.rank('a query', passages, { onPartial: begun })
    Object.assign(window, { pending })
    await beginning
  })
  await lifecycle.send('Page.setWebLifecycleState', { state: 'frozen' })
  await new Promise(resolve => setTimeout(resolve, 1000))
  await lifecycle.send('Page.setWebLifecycleState', { state: 'active' })
  const results = await page.evaluate(async () => {
    const { pending } = window as unknown as { pending: Promise<{ results: unknown[] }> }
    const next = await window.started.reranker.rank('another', ['a passage', 'a second'])
    const lengths = [(await pending).results.length, next.results.length]
    await window.started.reranker.dispose()
    return lengths
  })
  expect(results).toEqual([2000, 2])
})

test('dispose, in whatever state and twice, ends all that is pending', async ({ page }) => {
  const codes = await page.evaluate(async () => {
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => 'answered',
        error => error.code as string,
      )
    const passages = Array.from({ length: 2000 }, (_, i) => `passage ${i}`)
    const codes: string[] = []
    const ranking = await window.start()
    const pending = codeOf(ranking.reranker.rank('a query', passages))
    await Promise.all([ranking.reranker.dispose(), ranking.reranker.dispose()])
    codes.push(await pending, await codeOf(ranking.reranker.rank('a query', ['a'])))

    const recovering = await window.start()
    const waiting = codeOf(recovering.reranker.rank('a query', passages))
    recovering.workers[0]!.terminate()
    await recovering.heard('lost')
    await recovering.reranker.dispose()
    codes.push(await waiting)
    return codes
  })
  expect(codes).toEqual(['disposed', 'disposed', 'disposed'])
})

test.describe('an isolated page that lacks what threads need', () => {
  const visit = (page: Page, script: string) =>
    page.evaluate(async script => {
      const { reranker } = await window.start(script)
      const { results } = await reranker.rank('a query', ['a passage', 'another'])
      await reranker.dispose()
      return { threads: reranker.info.threads, ranked: results.length, isolated: crossOriginIsolated }
    }, script)

  test('has more than one thread where nothing is missing', async ({ page }) => {
    expect((await visit(page, '')).threads).toBeGreaterThan(1)
  })

  for (const [what, script] of [
    ['less shared memory than onnxruntime asks for', broken.sharedMemory(16_384)],
    ['no SharedArrayBuffer', broken.sharedArrayBuffer],
  ] as const) {
    test(`has one thread with ${what}, and says so`, async ({ page }) => {
      expect(await visit(page, script)).toEqual({ threads: 1, ranked: 2, isolated: true })
    })
  }

  test('has one thread where onnxruntime never returns from starting one', async ({ page }) => {
    // The page makes the worker anew, and that one has to do without.
    expect(await visit(page, broken.nestedWorkers)).toEqual({ threads: 1, ranked: 2, isolated: true })
  })

  test('that gets no shared memory at all is told so', async ({ page }) => {
    await expect(visit(page, broken.sharedMemory(0))).rejects.toThrow('no shared memory')
  })
})

test('WASM that passed the whole self-check on one visit is checked only at full depth on the next', async ({
  page,
}) => {
  const visit = () =>
    page.evaluate(async () => {
      const { reranker } = await window.start()
      const { known, error, tolerance } = reranker.info.verdict!
      await reranker.dispose()
      return { known, passed: error <= tolerance }
    })
  expect(await visit()).toEqual({ known: false, passed: true })
  expect(await visit()).toEqual({ known: true, passed: true })
})
