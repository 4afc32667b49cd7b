import type { Page } from 'playwright/test'
import { launchOptions } from '../support/chromium.js'
import { openLibrary } from '../support/page.js'
import { expect, test } from '../support/test.js'
import { eagerly, offerMemory } from '../support/workerMemory.js'

test.use({ launchOptions: eagerly(launchOptions(true)) })

interface Soak {
  device: 'wasm' | 'webgpu'
  runtime: 'onnxruntime' | 'kernels'
  calls: number
  /** Most passages of a call. */
  most: number
  /** Different requests; each is asked again and again. */
  requests: number
}

test('2,000 calls of mixed size on WASM: each is answered rightly, and memory stays', async ({ page }) => {
  const { warm, after } = await soak(page, {
    device: 'wasm',
    runtime: 'onnxruntime',
    calls: 2000,
    most: 24,
    requests: 40,
  })
  expect(after).toBeLessThan(1.02 * warm)
})

test('2,000 calls of mixed size on our own kernels: each is answered rightly, and memory stays', async ({ page }) => {
  const { warm, after } = await soak(page, { device: 'wasm', runtime: 'kernels', calls: 2000, most: 24, requests: 40 })
  // All is 3.5 MB: a page's own garbage is more than a small share of it.
  expect(after).toBeLessThan(warm + 0.3e6)
})

test('100 calls of mixed size on WebGPU: each is answered rightly, and memory stays', async ({ page }) => {
  const { warm, after } = await soak(page, {
    device: 'webgpu',
    runtime: 'onnxruntime',
    calls: 100,
    most: 5,
    requests: 10,
  })
  expect(after).toBeLessThan(1.02 * warm)
})

async function soak(page: Page, order: Soak): Promise<{ warm: number; after: number }> {
  await offerMemory(page)
  await openLibrary(page)
  const { wrong, aborted, answered, device, warm, after } = await page.evaluate(async order => {
    let state = 7
    const random = (below: number) => {
      state = (state * 48_271) % 2_147_483_647
      return state % below
    }
    const words = ['river', 'engine', 'of', 'the', 'music', 'passage', 'a', 'winter', 'school', 'answer']
    const text = (length: number) => Array.from({ length }, () => words[random(words.length)]).join(' ')
    const requests = Array.from({ length: order.requests }, (_, i) => ({
      query: `${text(3)} ${i}`,
      passages: Array.from({ length: i === 0 ? 0 : random(order.most) + 1 }, () => text(1 + random(20))),
    }))
    // A small cache, so that most is computed anew.
    const reranker = await window.library.createReranker({
      model: '/models/bert-relu-q8/',
      device: order.device,
      runtime: order.runtime,
      cacheBytes: 200_000,
    })
    const scoresOf = async ({ query, passages }: (typeof requests)[number], signal?: AbortSignal) => {
      const { results } = await reranker.rank(query, passages, { onPartial: () => {}, ...(signal ? { signal } : {}) })
      return results.sort((a, b) => a.index - b.index).map(({ score }) => score)
    }
    const expected: number[][] = []
    for (const request of requests) expected.push(await scoresOf(request))
    // On WebGPU the last bits depend on the batch.
    const tolerance = order.device === 'wasm' ? 0 : 1e-4
    const differs = (scores: number[], right: number[]) =>
      scores.length !== right.length || scores.some((score, i) => !(Math.abs(score - right[i]!) <= tolerance))
    const outcome = { wrong: 0, aborted: 0, answered: 0 }
    const call = async () => {
      const which = random(requests.length)
      const abort = random(10) === 0 ? new AbortController() : undefined
      if (abort) setTimeout(() => abort.abort('enough'), random(20))
      try {
        const scores = await scoresOf(requests[which]!, abort?.signal)
        outcome.answered++
        if (differs(scores, expected[which]!)) outcome.wrong++
      } catch (reason) {
        if (reason !== 'enough') throw reason
        outcome.aborted++
      }
    }
    const calls = async (count: number) => {
      // Up to four at a time: they wait for one another.
      for (let done = 0; done < count; ) {
        const together = Math.min(1 + random(4), count - done)
        await Promise.all(Array.from({ length: together }, call))
        done += together
      }
    }
    await calls(order.calls / 5)
    const warm = (await window.memory()).all
    await calls((order.calls * 4) / 5)
    const after = (await window.memory()).all
    const { device } = reranker.info
    await reranker.dispose()
    return { ...outcome, device, warm, after }
  }, order)
  const show = (bytes: number) => (bytes / 1e6).toFixed(2)
  console.log(`    ${device}: ${answered} answered, ${aborted} aborted, ${show(warm)} MB warm, ${show(after)} MB after`)
  expect(device).toBe(order.device)
  expect(answered + aborted).toBe(order.calls)
  expect(wrong).toBe(0)
  return { warm, after }
}
