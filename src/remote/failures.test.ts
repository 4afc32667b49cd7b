import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createRemoteReranker } from '../remote.js'
import {
  type Fault,
  fakeReranker,
  faultyService,
  half,
  KEY,
  order,
  passages,
  places,
  reset,
  saying,
  silence,
  status,
} from './testing.js'
import type { RemoteOptions, ServiceStatus } from './types.js'

let service: Awaited<ReturnType<typeof faultyService>>
beforeEach(async () => {
  service = await faultyService()
})
afterEach(() => service.close())

const create = (options: Partial<RemoteOptions> = {}) => createRemoteReranker({ url: service.url, ...options })

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
    const { asked, local } = fakeReranker()
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
    const reranker = await create({ retries: 0, deadline: 300, fallback: fakeReranker().local })
    expect(places(await reranker.rank('query', passages))).toEqual([0, 1, 2])
  })

  test('is made when it is first needed, once, and disposed of if it was made', async () => {
    const { local, disposals } = fakeReranker()
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
    const reranker = await create({ fallback: fakeReranker().local })
    await expect(reranker.rank('query', [5] as never)).rejects.toMatchObject({ code: 'bad-passage', index: 0 })
    await expect(reranker.rank('query', passages, { explain: true })).rejects.toMatchObject({ code: 'unsupported' })
    await expect(reranker.embed(['text'])).rejects.toMatchObject({ code: 'unsupported' })
  })
})
