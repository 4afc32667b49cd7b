import { afterEach, expect, test, vi } from 'vitest'
import { hasGpu } from './hasGpu.js'

afterEach(() => vi.unstubAllGlobals())

test('a GPU is a real one', async () => {
  const offer = (gpu: unknown) => vi.stubGlobal('navigator', { gpu })
  const adapter = (adapter: unknown) => offer({ requestAdapter: async () => adapter })
  offer(undefined)
  expect(await hasGpu()).toBe(false)
  adapter(null)
  expect(await hasGpu()).toBe(false)
  offer({ requestAdapter: () => Promise.reject(new Error('No.')) })
  expect(await hasGpu()).toBe(false)
  adapter({ info: { isFallbackAdapter: true } })
  expect(await hasGpu()).toBe(false)
  for (const info of [undefined, {}, { isFallbackAdapter: false }]) {
    adapter({ info })
    expect(await hasGpu()).toBe(true)
  }
})
