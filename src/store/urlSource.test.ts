import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { FilesStatus } from '../api/ranking.js'
import type { PartStore } from './partStore.js'
import { readModel } from './readModel.js'
import { fileOf, manifestOf, memoryParts, sha256Of, someBytes } from './testing.js'
import { UrlSource } from './urlSource.js'

const HOME = 'https://site.test/models/a/'
const tokenizer = new TextEncoder().encode('{}')
const weights = someBytes(5_000_000)
const manifest = manifestOf('a', [fileOf('tokenizer.json', tokenizer), fileOf('weights.safetensors', weights)])

/** What the site answers, by file name. */
let site: Record<string, () => Response | Promise<Response>>
let asked: string[]

beforeEach(() => {
  asked = []
  site = {
    'manifest.json': () => Response.json(manifest),
    'tokenizer.json': () => new Response(tokenizer),
    'weights.safetensors': () => new Response(weights),
  }
  vi.stubGlobal('fetch', async (url: string, { signal }: RequestInit) => {
    const name = url.slice(HOME.length)
    asked.push(name)
    signal?.throwIfAborted()
    return site[name]?.() ?? new Response('', { status: 404 })
  })
})
afterEach(() => vi.unstubAllGlobals())

async function read(openParts?: () => Promise<PartStore>) {
  const statuses: FilesStatus[] = []
  const retry = { stallMs: 1000, retries: 1, pauseMs: 1 }
  const source = new UrlSource(HOME, { retry, openParts })
  const model = await readModel(source, { onStatus: status => statuses.push(status) })
  expect(sha256Of(model.weights)).toBe(sha256Of(weights))
  return statuses
}

describe('a model on a site', () => {
  it('is read into memory where nothing is to keep it, as in Node', async () => {
    expect(await read()).toEqual([])
    await read()
    expect(asked).toHaveLength(6)
  })

  it('is read from what is kept when the site removed it', async () => {
    const parts = memoryParts()
    await read(async () => parts)
    site = {}
    expect(await read(async () => parts)).toEqual([{ kind: 'offline', reason: expect.stringContaining('HTTP 404') }])
    await expect(read()).rejects.toMatchObject({ code: 'model-not-found' })
  })

  it('is read from the store while the site is asked for the manifest', async () => {
    const parts = memoryParts()
    await read(async () => parts)
    const order: string[] = []
    const { fetch } = globalThis
    vi.stubGlobal('fetch', async (...given: Parameters<typeof fetch>) => {
      const answer = await fetch(...given)
      await new Promise(resolve => setTimeout(resolve, 20))
      order.push('answer')
      return answer
    })
    const watched: PartStore = {
      ...parts,
      read: name => {
        if (name.startsWith('part-')) order.push('chunk')
        return parts.read(name)
      },
    }
    expect(await read(async () => watched)).toEqual([])
    // Two of the weights, one of the tokenizer.
    expect(order).toEqual(['chunk', 'chunk', 'chunk', 'answer'])
  })

  it('tells once that it cannot be kept', async () => {
    const full = { ...memoryParts(), write: () => Promise.reject(new DOMException('', 'QuotaExceededError')) }
    expect(await read(async () => full)).toEqual([
      { kind: 'not-cached', reason: expect.stringContaining('the storage that the browser gives this site is full') },
    ])
  })

  it('is refused where the manifest is none, kept or not', async () => {
    const parts = memoryParts()
    await read(async () => parts)
    for (const broken of ['{', '{"format":"mvp-rerank","version":1}']) {
      site['manifest.json'] = () => new Response(broken)
      await expect(read(async () => parts)).rejects.toMatchObject({ code: 'bad-manifest' })
    }
    site['manifest.json'] = () => Response.json(manifest)
    expect(await read(async () => parts)).toEqual([])
  })

  it('stops the other files where one fails', async () => {
    site['tokenizer.json'] = () => new Response('', { status: 404 })
    site['weights.safetensors'] = () => new Response(new ReadableStream())
    const signals: (AbortSignal | null | undefined)[] = []
    const answer = fetch
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
      signals.push(init.signal)
      return answer(url, init)
    })
    const begin = performance.now()
    await expect(read()).rejects.toMatchObject({ code: 'model-not-found' })
    expect(signals.map(signal => signal?.aborted)).toEqual([true, true, true, true])
    expect(performance.now() - begin).toBeLessThan(900)
  })
})
