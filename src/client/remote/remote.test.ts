import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRemoteReranker } from '../../remote.js'
import type { Ranking } from '../types.js'
import { type Fault, faultyService, half, reset, saying, silence, status } from './testing.js'
import type { RemoteOptions, RemoteProtocol, ServiceStatus } from './types.js'

const KEY = 'sk-very-secret-0123456789'
const passages = [
  'short',
  { id: 'long', title: 'A title', text: 'and a long text', extra: 1 },
  { id: 7, text: 'middle length' },
]
/** By length of title and text. */
const order = [1, 2, 0]

let service: Awaited<ReturnType<typeof faultyService>>
beforeEach(async () => {
  service = await faultyService()
})
afterEach(() => service.close())

const create = (options: Partial<RemoteOptions> = {}) => createRemoteReranker({ url: service.url, ...options })
const places = ({ results }: Ranking) => results.map(result => result.index)

/** A reranker that says what it is asked, and can be told from the service by its order. */
function stand() {
  const asked: string[] = []
  let disposed = 0
  const local = {
    info: undefined,
    async rank(query: string, list: readonly unknown[]) {
      asked.push(query)
      const results = list.map((passage, index) => ({ index, score: -index, stage: 0, passage }))
      return { results, done: true, encoded: list.length, total: list.length }
    },
    async dispose() {
      disposed++
    },
  }
  return { asked, local: local as unknown as NonNullable<RemoteOptions['fallback']>, disposals: () => disposed }
}

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
    expect(headers).toMatchObject({ authorization: `Bearer ${KEY}`, 'content-type': 'application/json' })
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

describe('a service that fails', () => {
  const passing: [string, Fault][] = [
    ['is overloaded', status(429)],
    ['fails', status(500)],
    ['is away', status(503)],
    ['has a backend that failed', status(424)],
    ['breaks the connection', reset],
    ['breaks in the middle of the body', half],
  ]
  test.each(passing)('and %s is asked again', async (_, fault) => {
    service.faults.push(fault, fault)
    expect(places(await (await create()).rank('query', passages))).toEqual(order)
    expect(service.received).toHaveLength(3)
  })

  test('is asked again with pauses that grow and differ', async () => {
    service.faults.push(...Array(6).fill(status(500)))
    await Promise.allSettled([create(), create()].map(async made => (await made).rank('query', passages, {})))
    const times = service.received.map(({ at }) => at).sort((a, b) => a - b)
    expect(times).toHaveLength(8)
    expect(times.at(-1)! - times[0]!).toBeGreaterThan((250 + 500 + 1000) / 2 - 20)
  })

  test.each(['1', '1.0', new Date(Date.now() + 3600_000).toUTCString()])(
    'and says Retry-After: %s is heeded, or given up if there is no time',
    async value => {
      const far = value.includes('GMT')
      service.faults.push(status(429, {}, { 'retry-after': value }))
      const started = performance.now()
      const ranking = (await create()).rank('query', passages)
      if (far) {
        await expect(ranking).rejects.toMatchObject({
          code: 'service-failed',
          message: expect.stringMatching(/HTTP 429.*asked once.*deadline/),
        })
        expect(performance.now() - started).toBeLessThan(1000)
      } else {
        expect(places(await ranking)).toEqual(order)
        expect(service.received[1]!.at - service.received[0]!.at).toBeGreaterThan(990)
      }
    },
  )

  test('again and again is a typed error', async () => {
    service.faults.push(status(500), status(502), reset)
    await expect((await create({ retries: 2 })).rank('query', passages)).rejects.toMatchObject({
      code: 'service-failed',
      message: expect.stringContaining('asked 3 times'),
    })
  })

  test('by silence runs into the deadline', async () => {
    service.faults.push(silence)
    const started = performance.now()
    await expect((await create({ deadline: 200 })).rank('query', passages)).rejects.toMatchObject({ code: 'timed-out' })
    expect(performance.now() - started).toBeLessThan(2000)
  })

  test.each([
    [401, { message: `invalid api token ${KEY}` }, /HTTP 401: invalid api token …/, 'Check the key.'],
    [404, { detail: 'no such model' }, /HTTP 404: no such model/, /address/],
    [413, { error: 'batch size 64 > maximum allowed batch size 32', error_type: 'Validation' }, /batch size/, /split/],
    [400, {}, /HTTP 400\./, /./],
  ])('with %i is not asked again', async (code, body, message, remedy) => {
    service.faults.push(status(code, body))
    await expect((await create({ key: KEY })).rank('query', passages)).rejects.toMatchObject({
      code: 'service-refused',
      message: expect.stringMatching(message),
      remedy: expect.stringMatching(remedy),
    })
    expect(service.received).toHaveLength(1)
  })

  test('by pointing elsewhere does not get the key sent there', async () => {
    const elsewhere = await faultyService()
    service.faults.push(status(307, {}, { location: `${elsewhere.url}/v2/rerank` }))
    const ranking = (await create({ key: KEY, retries: 0 })).rank('query', passages)
    await expect(ranking).rejects.toMatchObject({ code: 'service-failed' })
    expect(elsewhere.received).toEqual([])
    await elsewhere.close()
  })
})

describe('a key', () => {
  test('is in no error, no inspection and no information', async () => {
    const url = `${service.url}/?token=${KEY}`
    const reranker = await create({ url, key: KEY, retries: 0 })
    const seen: unknown[] = [reranker, reranker.info, JSON.stringify(reranker.info)]
    for (const fault of [
      status(401, { message: `bad key ${KEY}` }),
      status(500),
      reset,
      half,
      saying(`{"a": "${KEY}"`),
    ]) {
      service.faults.push(fault)
      seen.push(await reranker.rank('query', passages).catch(error => error))
    }
    await service.close()
    seen.push(await reranker.rank('query', passages).catch(error => error))
    const told = seen.map(value => inspect(value, { depth: 20, showHidden: true }))
    for (const [i, text] of told.entries()) expect(text, `${i}`).not.toContain(KEY)
  })

  test.each([`${KEY}\n`, `${KEY}é`, ''])('that no header can carry is refused without being quoted', async key => {
    const error = await create({ key }).catch(error => error)
    expect(error).toMatchObject({ code: 'bad-option' })
    expect(inspect(error)).not.toContain(KEY)
  })
})

describe('a fallback', () => {
  test('answers and says so; the service is left alone for a while, then asked again', async () => {
    const { asked, local } = stand()
    const statuses: ServiceStatus[] = []
    const onStatus = (status: ServiceStatus) => void statuses.push(status)
    service.faults.push(status(500))
    const reranker = await create({ retries: 0, pause: 300, fallback: local, onStatus })
    expect(places(await reranker.rank('one', passages))).toEqual([0, 1, 2])
    expect(places(await reranker.rank('two', passages))).toEqual([0, 1, 2])
    expect(service.received).toHaveLength(1)
    await new Promise(resolve => setTimeout(resolve, 320))
    expect(places(await reranker.rank('three', passages))).toEqual(order)
    expect(asked).toEqual(['one', 'two'])
    expect(statuses).toEqual([
      { kind: 'fallback', reason: expect.stringContaining('HTTP 500') },
      { kind: 'recovered', reason: expect.any(String) },
    ])
  })

  test.each([
    ['a deadline', silence],
    ['a refusal', status(401)],
    ['a bad answer', saying('no')],
    ['a broken connection', reset],
  ])('answers after %s', async (_, fault) => {
    service.faults.push(fault)
    const reranker = await create({ retries: 0, deadline: 300, fallback: stand().local })
    expect(places(await reranker.rank('query', passages))).toEqual([0, 1, 2])
  })

  test('is made when it is first needed, once, and disposed of if it was made', async () => {
    const { local, disposals } = stand()
    let made = 0
    const fallback = async () => {
      if (++made === 1) throw new Error('no model')
      return local as Exclude<typeof local, () => unknown>
    }
    const reranker = await create({ retries: 0, fallback })
    await reranker.rank('query', passages)
    expect(made).toBe(0)
    service.faults.push(reset)
    await expect(reranker.rank('query', passages)).rejects.toThrow('no model')
    await Promise.all([reranker.rank('query', passages), reranker.rank('query', passages)])
    expect(made).toBe(2)
    await reranker.dispose()
    expect(disposals()).toBe(1)
    const lent = await create({ fallback: local })
    await lent.dispose()
    expect(disposals()).toBe(1)
  })

  test('does not hide a mistake of the caller', async () => {
    const reranker = await create({ fallback: stand().local })
    await expect(reranker.rank('query', [5] as never)).rejects.toMatchObject({ code: 'bad-passage', index: 0 })
    await expect(reranker.rank('query', passages, { explain: true })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(reranker.embed(['text'])).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describe('a call', () => {
  test('that is aborted ends at once, also while it waits to be sent again', async () => {
    for (const fault of [silence, status(429, {}, { 'retry-after': '5' })]) {
      service.faults.push(fault)
      const abort = new AbortController()
      const ranking = (await create({ fallback: stand().local })).rank('query', passages, { signal: abort.signal })
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
