import { afterEach, describe, expect, it, vi } from 'vitest'
import { CHUNK_BYTES } from '../model/manifest.js'
import { download } from './download.js'
import { fileOf, sha256Of, someBytes } from './testing.js'

const URL = 'https://models.test/weights.safetensors'
const content = someBytes(2 * CHUNK_BYTES + 1000)
const file = fileOf('weights.safetensors', content)
const retry = { stallMs: 1000, retries: 3, pauseMs: 1 }

/** Answers in order, the last one again and again; returns the ranges that were asked for. */
function answering(...answers: ((range: { from: number; to: number } | undefined) => Response)[]) {
  const asked: (string | undefined)[] = []
  vi.stubGlobal('fetch', async (_: string, { headers }: { headers: { Range?: string } }) => {
    const match = /^bytes=(\d+)-(\d+)$/.exec(headers.Range ?? '')
    asked.push(headers.Range)
    const answer = answers[Math.min(asked.length, answers.length) - 1]!
    return answer(match ? { from: Number(match[1]), to: Number(match[2]) + 1 } : undefined)
  })
  return asked
}

const whole = () => new Response(content)
const part = (from: number, to: number, headers: Record<string, string> = {}) =>
  new Response(content.slice(from, to), { status: 206, headers })
const wellBehaved = (range: { from: number; to: number } | undefined) => (range ? part(range.from, range.to) : whole())

async function fetched(missing: number[], signal?: AbortSignal) {
  const bytes = new Uint8Array(content.length)
  const chunks: number[] = []
  const counts: number[] = []
  await download(URL, file, bytes, missing, {
    retry,
    cache: 'default',
    signal,
    onChunk: async index => void chunks.push(index),
    onBytes: count => counts.push(count),
  })
  return { bytes, chunks, counts }
}

afterEach(() => vi.unstubAllGlobals())

describe('download', () => {
  it('asks for the whole without a range, and for a run of chunks with one', async () => {
    const asked = answering(wellBehaved)
    const { bytes, chunks, counts } = await fetched([0, 1, 2])
    expect([sha256Of(bytes), chunks, counts.at(-1)]).toEqual([file.sha256, [0, 1, 2], content.length])
    await fetched([1, 2])
    await fetched([0, 2])
    expect(asked).toEqual([
      undefined,
      `bytes=${CHUNK_BYTES}-${content.length - 1}`,
      `bytes=0-${CHUNK_BYTES - 1}`,
      `bytes=${2 * CHUNK_BYTES}-${content.length - 1}`,
    ])
  })

  it('sees from Content-Range that another part came, and asks for the whole', async () => {
    const asked = answering(() => part(0, 10, { 'Content-Range': `bytes 0-9/${content.length}` }), wellBehaved)
    const { chunks } = await fetched([1])
    expect([asked.length, asked[1], chunks]).toEqual([2, undefined, [1]])
  })

  it('asks for the whole where a part came empty or the server says that there is none', async () => {
    for (const status of [206, 416]) {
      const asked = answering(() => new Response('', { status }), wellBehaved)
      await fetched([2])
      expect(asked).toEqual([`bytes=${2 * CHUNK_BYTES}-${content.length - 1}`, undefined])
    }
  })

  it('keeps to ranges when there was no connection at all', async () => {
    const asked = answering(() => {
      throw new TypeError('Failed to fetch')
    }, wellBehaved)
    await fetched([1])
    expect(asked[1]).toBe(asked[0])
  })

  it('tries the last time without a range: some networks let none through', async () => {
    const asked = answering(range => {
      if (range) throw new TypeError('Failed to fetch')
      return whole()
    })
    await fetched([1])
    expect(asked.map(range => range !== undefined)).toEqual([true, true, true, false])
  })

  it('takes what it needs of a file that is longer', async () => {
    answering(() => new Response(new Blob([content, 'and more'])))
    expect(sha256Of((await fetched([0, 1, 2])).bytes)).toBe(file.sha256)
  })

  it('gives up on a file that is shorter', async () => {
    answering(() => new Response(content.slice(0, 5000)))
    await expect(fetched([0, 1, 2])).rejects.toMatchObject({ code: 'download-failed' })
  })

  it('gives up on bytes that come wrong three times, and asks past caches before', async () => {
    const caches: (RequestCache | undefined)[] = []
    const wrong = someBytes(content.length, 2)
    vi.stubGlobal('fetch', async (_: string, { cache }: RequestInit) => {
      caches.push(cache)
      return new Response(wrong)
    })
    await expect(fetched([0, 1, 2])).rejects.toMatchObject({
      code: 'hash-mismatch',
      message: expect.stringContaining(file.chunks[0]!),
    })
    expect(caches).toEqual(['default', 'reload', 'reload'])
  })

  it.each([401, 403, 404])('asks once where a server refuses with HTTP %i', async status => {
    const asked = answering(() => new Response('', { status }))
    const code = status === 404 ? 'model-not-found' : 'download-failed'
    await expect(fetched([0, 1, 2])).rejects.toMatchObject({ code })
    expect(asked).toHaveLength(1)
  })

  it('waits as long as an overloaded server asks for', async () => {
    answering(() => new Response('', { status: 429, headers: { 'Retry-After': '0.2' } }), wellBehaved)
    const begin = performance.now()
    await fetched([0, 1, 2])
    expect(performance.now() - begin).toBeGreaterThan(190)
  })

  it('ends with the reason of the signal, also in a pause', async () => {
    answering(() => new Response('', { status: 503, headers: { 'Retry-After': '20' } }))
    const reason = new Error('enough')
    const abort = new AbortController()
    setTimeout(() => abort.abort(reason), 50)
    await expect(fetched([0, 1, 2], abort.signal)).rejects.toBe(reason)
  })
})
