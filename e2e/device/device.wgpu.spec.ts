import type { Page } from 'playwright/test'
import { LONG } from '../support/long.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'
import { broken, offerBrokenWorkers } from '../support/workerAfter.js'

test.beforeEach(async ({ page }) => {
  await openLibrary(page)
  await offerBrokenWorkers(page)
})

/** As a real adapter would say. */
const HARDWARE = broken.adapterInfo({ isFallbackAdapter: false })

declare global {
  interface Window {
    /** Loads a model in a broken worker and ranks two passages. */
    tryDevice: (script: string, options: object) => Promise<{ outcome: string; known: boolean; statuses: string[] }>
  }
}

test.beforeEach(({ page }) =>
  page.evaluate(() => {
    window.tryDevice = async (script, options) => {
      const statuses: string[] = []
      try {
        const reranker = await window.library.createReranker({
          model: '/models/bert-relu-q8/',
          createWorker: window.workerAfter(script),
          onStatus: status => {
            if ('device' in status)
              statuses.push(`${status.kind} ${status.device} ${status.precision}: ${status.reason}`)
          },
          ...options,
        })
        const { device, precision, verdict } = reranker.info
        const { results } = await reranker.rank('a query', ['a passage', 'another'])
        await reranker.dispose()
        return { outcome: `${device} ${precision}, ${results.length} results`, known: verdict.known, statuses }
      } catch (error) {
        const { code, message } = error as { code: string; message: string }
        return { outcome: `${code}: ${message}`, known: false, statuses }
      }
    }
  }),
)

test('subgroups narrower than the attention kernel takes them for: silently wrong, found out, and known the next time', {
  tag: LONG,
}, async ({ page }) => {
  const lying = broken.adapterInfo({ isFallbackAdapter: false, subgroupMinSize: 8 })
  const visit = () => page.evaluate(script => window.tryDevice(script, {}), lying)
  const first = await visit()
  expect(first.outcome).toBe('wasm int8, 2 results')
  expect(first.statuses).toEqual([
    expect.stringMatching(/^stepped-down webgpu fp32: The device failed the model's probe: its scores are off by/),
    expect.stringMatching(/^chosen wasm int8/),
  ])
  console.log(`    ${first.statuses[0]}`)
  const second = await visit()
  expect(second.outcome).toBe('wasm int8, 2 results')
  expect(second.statuses[0]).toMatch(/^stepped-down webgpu fp32: On an earlier visit: The device failed/)
})

for (const info of ['missing', 'empty'] as const) {
  test(`an adapter whose info is ${info} is used, or WASM follows`, { tag: LONG }, async ({ page }) => {
    const visit = (options: object) =>
      page.evaluate(({ script, options }) => window.tryDevice(script, options), {
        script: broken.silentAdapter(info),
        options,
      })
    expect((await visit({ device: 'webgpu' })).outcome).toBe('webgpu fp32, 2 results')
    expect((await visit({})).outcome).toMatch(/^(webgpu fp32|wasm int8), 2 results$/)
  })
}

test('shaders that answer wrongly: refused where nothing but WebGPU is asked for', async ({ page }) => {
  const wrong = await page.evaluate(
    script => window.tryDevice(script, { device: 'webgpu' }),
    broken.shaders('exp', 'exp2'),
  )
  expect(wrong.outcome).toMatch(/^self-check-failed/)
  expect(wrong.statuses[0]).toMatch(/its scores are off by/)
  console.log(`    ${wrong.statuses[0]}`)
})

test('an adapter that was right is asked less the next time', { tag: LONG }, async ({ page }) => {
  const visit = () => page.evaluate(() => window.tryDevice('', { device: 'webgpu' }))
  expect(await visit()).toMatchObject({ outcome: 'webgpu fp32, 2 results', known: false })
  expect(await visit()).toMatchObject({ outcome: 'webgpu fp32, 2 results', known: true })
})

test('an adapter that hides that it is software is found out by its time', async ({ page }) => {
  const visit = () => page.evaluate(script => window.tryDevice(script, {}), HARDWARE)
  const first = await visit()
  expect(first.outcome).toBe('wasm int8, 2 results')
  expect(first.statuses[0]).toMatch(
    /^stepped-down webgpu fp32: The adapter takes \d+ ms for the model's probe, WASM \d+/,
  )
  console.log(`    ${first.statuses[0]}`)
  expect((await visit()).statuses[0]).toMatch(/On an earlier visit: The adapter takes/)
})

test('a GPU that is lost in the middle of a call, and again: the second time WASM answers, and nothing is lost', async ({
  page,
}) => {
  const { statuses, results, device } = await page.evaluate(async script => {
    const statuses: string[] = []
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      device: 'webgpu',
      createWorker: window.workerAfter(script),
      onStatus: status => {
        if ('device' in status) statuses.push(`${status.kind} ${status.device}`)
      },
    })
    const passages = Array.from({ length: 60 }, (_, i) => `passage ${i}`)
    let losses = 0
    // Each GPU once.
    const lose = () => {
      if (losses === statuses.filter(status => status === 'chosen webgpu').length) return
      losses++
      window.tellWorkers('lose')
    }
    const calls = ['one', 'two'].map(query => reranker.rank(query, passages, { onPartial: lose }))
    const results = (await Promise.all(calls)).map(ranking => ranking.results.length)
    const { device } = reranker.info
    await reranker.dispose()
    return { statuses, results, device }
  }, broken.device)
  expect(results).toEqual([60, 60])
  expect(device).toBe('wasm')
  expect(statuses.join(', ')).toBe(
    'chosen webgpu, lost webgpu, chosen webgpu, recovered webgpu, lost webgpu, chosen wasm, recovered wasm',
  )
})

test('a GPU that is lost while nothing runs is noticed, and the next call is answered at once', { tag: LONG }, async ({
  page,
}) => {
  const statuses = await page.evaluate(async script => {
    const statuses: string[] = []
    let recovered = () => {}
    const recovery = new Promise<void>(resolve => {
      recovered = resolve
    })
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      device: 'webgpu',
      createWorker: window.workerAfter(script),
      onStatus: status => {
        statuses.push(status.kind)
        if (status.kind === 'recovered') recovered()
      },
    })
    window.tellWorkers('lose')
    await recovery
    await reranker.rank('a query', ['a passage', 'another'])
    await reranker.dispose()
    return statuses
  }, broken.device)
  expect(statuses).toEqual(['chosen', 'lost', 'chosen', 'recovered'])
})

test.describe('by default, the library’s own kernels take over from a GPU', () => {
  const WORKER = '**/dist/rerank.worker.js'

  /**
   * Ranks in the library's own workers; onnxruntime's runs a script first.
   * @param losses GPUs that are taken away while they rank
   */
  async function rankAfter(page: Page, script: string, losses = 0) {
    await page.addInitScript(HARDWARE)
    await page.route(WORKER, async route => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${broken.told}${HARDWARE}${script}\n${await response.text()}` })
    })
    await openLibrary(page)
    await offerBrokenWorkers(page)
    return page.evaluate(async losses => {
      const statuses: string[] = []
      const reranker = await window.library.createReranker({
        model: '/models/bert-relu-q8/',
        onStatus: status => {
          if ('device' in status) statuses.push(`${status.kind} ${status.device} ${status.precision}`)
        },
      })
      const passages = Array.from({ length: 60 }, (_, i) => `passage ${i}`)
      const lose = () => {
        const chosen = statuses.filter(status => status.startsWith('chosen webgpu')).length
        const lost = statuses.filter(status => status.startsWith('lost')).length
        if (lost < losses && lost < chosen) window.tellWorkers('lose')
      }
      const { results } = await reranker.rank('a query', passages, { onPartial: lose })
      const { device, precision, threads, versions } = reranker.info
      await reranker.dispose()
      const runtime = versions.onnxruntime === undefined ? 'kernels' : 'onnxruntime'
      return { statuses, results: results.length, info: `${runtime} ${device} ${precision}`, several: threads > 1 }
    }, losses)
  }

  const KERNELS = { results: 60, info: 'kernels wasm int8', several: true }

  test('that answers wrongly', async ({ page }) => {
    const wrong = broken.adapterInfo({ isFallbackAdapter: false, subgroupMinSize: 8 })
    const { statuses, ...found } = await rankAfter(page, wrong)
    expect(found).toEqual(KERNELS)
    expect(statuses).toEqual(['stepped-down webgpu fp32', 'chosen wasm int8'])
  })

  test('that gives no device', async ({ page }) => {
    const none = 'GPUAdapter.prototype.requestDevice = async () => { throw new Error("The driver is gone.") };'
    const { statuses, ...found } = await rankAfter(page, none)
    expect(found).toEqual(KERNELS)
    expect(statuses).toEqual(['stepped-down webgpu fp32', 'chosen wasm int8'])
  })

  test('that is slower than WASM', async ({ page }) => {
    const { statuses, ...found } = await rankAfter(page, '')
    expect(found).toEqual(KERNELS)
    expect(statuses).toEqual(['stepped-down webgpu fp32', 'chosen wasm int8'])
  })

  test('that is lost, and lost again', async ({ page }) => {
    // Fast enough, because time stands still.
    const { statuses, ...found } = await rankAfter(page, `${broken.device}; performance.now = () => 0;`, 2)
    expect(found).toEqual(KERNELS)
    expect(statuses.map(status => status.split(' ', 2).join(' '))).toEqual([
      ...['chosen webgpu', 'lost webgpu', 'chosen webgpu', 'recovered webgpu'],
      ...['lost webgpu', 'chosen wasm', 'recovered wasm'],
    ])
  })
})
