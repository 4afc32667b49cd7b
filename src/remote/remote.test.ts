import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Ranking } from '../api/ranking.js'
import { createRemoteReranker } from '../remote.js'
import { fakeReranker, faultyService, KEY, order, passages, places, saying, silence, status } from './testing.js'
import type { RemoteOptions, RemoteProtocol } from './types.js'

let service: Awaited<ReturnType<typeof faultyService>>
beforeEach(async () => {
  service = await faultyService()
})
afterEach(() => service.close())

const create = (options: Partial<RemoteOptions> = {}) => createRemoteReranker({ url: service.url, ...options })

describe.each(['cohere', 'jina', 'tei'] as const)('the protocol of %s', protocol => {
  test('gives the rankings of the local interface', async () => {
    const reranker = await create({ protocol, key: KEY, model: 'some-model' })
    const ranking = await reranker.rank('query', passages)
    expect(ranking).toEqual({
      results: [
        { index: 1, id: 'long', score: 23, stage: 0, passage: passages[1] },
        { index: 2, id: 7, score: 13, stage: 0, passage: passages[2] },
        { index: 0, score: 5, stage: 0, passage: 'short' },
      ],
      done: true,
      encoded: 3,
      total: 3,
    })
    expect(ranking.results[0]!.passage).toBe(passages[1])
    expect(places(await reranker.rank('query', passages, { topK: 2 }))).toEqual(order.slice(0, 2))
    expect(await reranker.rank('query', passages, { format: 'cohere', topK: 1 })).toEqual({
      results: [{ index: 1, relevance_score: 23 }],
    })
    const streamed: Ranking[] = []
    for await (const one of reranker.stream('query', passages)) streamed.push(one)
    expect(streamed.map(places)).toEqual([order])
    expect(await reranker.rank('query', [])).toEqual({ results: [], done: true, encoded: 0, total: 0 })
    expect(service.received).toHaveLength(4)
  })

  test('is asked as its documentation says', async () => {
    await (await create({ protocol, key: KEY, model: 'some-model' })).rank('query', passages, { topK: 2 })
    const [{ path, headers, body }] = service.received as [(typeof service.received)[0]]
    const texts = ['short', 'A title and a long text', 'middle length']
    const wanted: Record<RemoteProtocol, [string, object]> = {
      cohere: ['/v2/rerank', { model: 'some-model', query: 'query', documents: texts, top_n: 2 }],
      jina: [
        '/v1/rerank',
        { model: 'some-model', query: 'query', documents: texts, top_n: 2, return_documents: false },
      ],
      tei: ['/rerank', { query: 'query', texts, raw_scores: true, truncate: true }],
    }
    expect([path, body]).toEqual(wanted[protocol])
    expect(headers).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'content-type': 'application/json',
      accept: 'application/json;scores=raw,application/json',
    })
  })

  test('answers that are not of it are a typed error', async () => {
    const results = (rows: unknown) => (protocol === 'tei' ? rows : { results: rows })
    const name = protocol === 'tei' ? 'score' : 'relevance_score'
    const good = [0, 1, 2].map(index => ({ index, [name]: 1 }))
    const bad: unknown[] = [
      '<html>',
      '',
      'null',
      results('none'),
      results([null]),
      results(good.slice(1)),
      results([...good.slice(1), good[1]]),
      results([...good.slice(1), { index: 3, [name]: 1 }]),
      results([...good.slice(1), { index: 0.5, [name]: 1 }]),
      results([...good.slice(1), { index: 0, [name]: null }]),
      results([...good.slice(1), { index: 0, [name]: '1' }]),
    ]
    const reranker = await create({ protocol })
    for (const body of bad) {
      service.faults.push(saying(body))
      await expect(reranker.rank('query', passages), JSON.stringify(body)).rejects.toMatchObject({ code: 'bad-answer' })
    }
    expect(service.received).toHaveLength(bad.length)
  })
})

describe('a call', () => {
  test('that is aborted ends at once, also while it waits to be sent again', async () => {
    for (const fault of [silence, status(429, {}, { 'retry-after': '5' })]) {
      service.faults.push(fault)
      const abort = new AbortController()
      const ranking = (await create({ fallback: fakeReranker().local })).rank('query', passages, {
        signal: abort.signal,
      })
      setTimeout(() => abort.abort('enough'), 100)
      const started = performance.now()
      await expect(ranking).rejects.toBe('enough')
      expect(performance.now() - started).toBeLessThan(1000)
    }
    const aborted = AbortSignal.abort('before')
    await expect((await create()).rank('query', passages, { signal: aborted })).rejects.toBe('before')
    expect(service.received).toHaveLength(2)
  })

  test('is superseded by a newer one, and ended by dispose', async () => {
    service.faults.push(silence, saying({ results: [{ index: 0, relevance_score: 1 }] }), silence)
    const reranker = await create()
    const first = reranker.rank('first', ['a'], { supersede: true })
    first.catch(() => undefined)
    await expect.poll(() => service.received.length).toBe(1)
    await reranker.rank('second', ['a'], { supersede: true })
    await expect(first).rejects.toMatchObject({ code: 'superseded' })
    const last = reranker.rank('third', ['a'])
    last.catch(() => undefined)
    await reranker.dispose()
    await expect(last).rejects.toMatchObject({ code: 'disposed' })
    await expect(reranker.rank('fourth', ['a'])).rejects.toMatchObject({ code: 'disposed' })
  })
})

test('a list that is split is merged on the one scale of its scores', async () => {
  const texts = Array.from({ length: 70 }, (_, i) => 'x'.repeat(((i * 29) % 71) + 1))
  const whole = await (await create({ protocol: 'tei' })).rank('query', texts)
  const partial: Ranking[] = []
  const split = await create({ protocol: 'tei', split: 32 })
  service.faults.push(status(429))
  const parts = await split.rank('query', texts, { topK: 5, onPartial: ranking => partial.push(ranking) })
  expect(parts.results).toEqual(whole.results.slice(0, 5))
  expect(service.received.slice(1).map(({ body }) => (body.texts as string[]).length)).toEqual([23, 23, 24, 23])
  expect(partial).toHaveLength(2)
  for (const { results, done, encoded, total } of partial) {
    expect({ done, total, shown: results.length }).toEqual({ done: false, total: 70, shown: 5 })
    expect(encoded).toBeLessThan(70)
  }
  service.faults.push(status(401), silence, silence)
  await expect(split.rank('query', texts)).rejects.toMatchObject({ code: 'service-refused' })
})

test.each([
  ['https://api.example.org', 'https://api.example.org/v2/rerank'],
  ['https://api.example.org/', 'https://api.example.org/v2/rerank'],
  ['https://example.org/api?token=1', 'https://example.org/api/v2/rerank'],
  ['https://example.org/providers/rerank', 'https://example.org/providers/rerank'],
])('the address %s is asked at %s', async (url, asked) => {
  expect((await createRemoteReranker({ url })).info).toEqual({ device: 'remote', protocol: 'cohere', url: asked })
})

test.each<Partial<RemoteOptions>>([
  { url: 'nowhere' },
  { url: 'https://user:pass@example.org' },
  { protocol: 'other' as 'tei' },
  { deadline: 0 },
  { retries: -1 },
  { split: 0 },
  { pause: Number.NaN },
])('options that make no sense are refused: %o', async options => {
  await expect(create(options)).rejects.toMatchObject({ code: 'bad-option' })
})
