import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openCacheStorage } from './cacheStorageParts.js'
import { cachedModelSize } from './modelCache.js'
import { openParts } from './openParts.js'
import { someBytes } from './testing.js'

/** As much of the Cache API as parts need, in memory. */
class MemoryCache {
  readonly held = new Map<string, Response>()
  full = false
  forgetful = false

  async match(url: string) {
    return this.held.get(url)?.clone()
  }

  async put(url: string, response: Response) {
    if (this.full) throw new DOMException('', 'QuotaExceededError')
    if (!this.forgetful) this.held.set(url, response)
  }

  async delete(url: string) {
    return this.held.delete(url)
  }

  async keys() {
    return [...this.held.keys()].map(url => ({ url }))
  }
}

let cache: MemoryCache
beforeEach(() => {
  cache = new MemoryCache()
  vi.stubGlobal('isSecureContext', true)
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('caches', { open: async () => cache })
})
afterEach(() => vi.unstubAllGlobals())

describe('parts in the Cache API', () => {
  it('are read, listed and removed by their names', async () => {
    const parts = await openCacheStorage()
    const begin = Date.now()
    await parts.write('part-a', someBytes(3000))
    await parts.write('part-b', someBytes(2000))
    await parts.write('part-a', someBytes(1000, 2))
    expect(await parts.read('part-a')).toEqual(someBytes(1000, 2))
    expect(await parts.read('part-c')).toBeUndefined()
    const listed = await parts.list()
    expect(listed.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['part-a', 1000],
      ['part-b', 2000],
    ])
    for (const { modified } of listed) expect(modified).toBeGreaterThanOrEqual(begin)
    await parts.remove('part-a')
    await parts.remove('part-a')
    expect(await parts.read('part-a')).toBeUndefined()
  })

  it('leave nothing under a name that could not be written', async () => {
    const parts = await openCacheStorage()
    await parts.write('part-a', someBytes(1000))
    cache.full = true
    await expect(parts.write('part-a', someBytes(1000))).rejects.toMatchObject({ name: 'QuotaExceededError' })
    expect(await parts.list()).toEqual([])
  })

  it('are not taken for kept where the browser forgets them', async () => {
    cache.forgetful = true
    await expect((await openCacheStorage()).write('part-a', someBytes(1000))).rejects.toThrow('forgets')
  })
})

describe('the place for parts', () => {
  it('is the Cache API where there is no private file system, or it is refused', async () => {
    await (await openParts()).write('part-a', someBytes(1000))
    vi.stubGlobal('navigator', {
      storage: { getDirectory: () => Promise.reject(new DOMException('', 'SecurityError')) },
    })
    expect(await (await openParts()).read('part-a')).toEqual(someBytes(1000))
    expect(await cachedModelSize()).toBe(1000)
  })

  it.each([
    ['missing', undefined],
    ['refused', { open: () => Promise.reject(new DOMException('', 'SecurityError')) }],
  ])('is none where the Cache API is %s too; the reason is that of the file system', async (_, caches) => {
    vi.stubGlobal('caches', caches)
    await expect(openParts()).rejects.toThrow('this browser has no private file system')
    expect(await cachedModelSize()).toBe(0)
  })
})
