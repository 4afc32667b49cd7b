import { expect, test } from 'vitest'
import { deviceError } from '../api/deviceErrors.js'
import type { RerankerInfo, Status } from '../api/ranking.js'
import type { RankingArrays, RerankService } from '../threads/rerankProtocol.js'
import { workerFailed } from '../threads/workerFailed.js'
import { LocalReranker } from './reranker.js'
import { WorkerSupervisor } from './workerSupervisor.js'

interface Call {
  id: number
  total: number
  received: number
  answer: (ranking: RankingArrays) => void
  fail: (error: Error) => void
  partial: ((ranking: RankingArrays) => void) | undefined
}

/** A service that answers when the test says so: the client's own promises are what is tested here. */
async function scripted() {
  const calls: Call[] = []
  const aborted: number[] = []
  const opened: (string | undefined)[] = []
  const statuses: Status[] = []
  const listeners = new Set<(error: Error) => void>()
  const service: Partial<RerankService> = {
    rank: (id, request, first, partial) =>
      new Promise((answer, fail) => {
        calls.push({ id, total: request.total, received: first.length, answer, fail, partial })
      }),
    add: async (id, slice) => {
      calls.find(call => call.id === id)!.received += slice.length
    },
    abort: async id => void aborted.push(id),
    lost: () => new Promise(() => {}),
  }
  const open = async (device?: 'wasm') => {
    opened.push(device)
    return {
      info: { device: device ?? 'webgpu', precision: 'fp32' } as RerankerInfo,
      connection: {
        service: service as RerankService,
        callback: <F>(callback: F) => callback,
        onDeath: (listener: (error: Error) => void) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        close: async () => {},
      },
    }
  }
  const supervisor = await WorkerSupervisor.start(open, status => statuses.push(status))
  return {
    reranker: new LocalReranker(supervisor, () => supervisor.close()),
    calls,
    aborted,
    opened,
    statuses,
    die: (error: Error) => [...listeners].forEach(listener => void listener(error)),
  }
}

function ranking(indices: number[], done = true): RankingArrays {
  return {
    indices: Uint32Array.from(indices),
    scores: Float32Array.from(indices, (_, rank) => 1 - rank),
    stages: new Uint8Array(indices.length),
    encoded: indices.length,
    done,
  }
}

const tick = () => new Promise(resolve => setTimeout(resolve, 1))

test("the caller's own objects come back, with their ids", async () => {
  const { reranker, calls } = await scripted()
  const passages = [{ id: 'a', text: 'x', extra: 1 }, { text: 'y' }]
  const result = reranker.rank('q', passages)
  await tick()
  calls[0]!.answer(ranking([1, 0]))
  const { results, done } = await result
  expect(done).toBe(true)
  expect(results.map(result => result.passage)).toEqual([passages[1], passages[0]])
  expect(results[1]!.passage).toBe(passages[0])
  expect(results.map(result => result.id)).toEqual([undefined, 'a'])
})

test('an abort rejects at once with its reason and tells the worker', async () => {
  const { reranker, calls, aborted } = await scripted()
  const abort = new AbortController()
  const result = reranker.rank('q', ['a'], { signal: abort.signal })
  await tick()
  abort.abort('enough')
  await expect(result).rejects.toBe('enough')
  expect(aborted).toEqual([calls[0]!.id])
})

test('an aborted signal starts nothing', async () => {
  const { reranker, calls } = await scripted()
  await expect(reranker.rank('q', ['a'], { signal: AbortSignal.abort('never') })).rejects.toBe('never')
  expect(calls).toEqual([])
})

test('a superseding call ends the one before, but not others', async () => {
  const { reranker, calls } = await scripted()
  const other = reranker.rank('other', ['a'])
  const first = reranker.rank('h', ['a'], { supersede: true })
  const second = reranker.rank('ho', ['a'], { supersede: true })
  await expect(first).rejects.toMatchObject({ code: 'superseded' })
  await tick()
  for (const call of calls) call.answer(ranking([0]))
  expect((await other).results.length).toBe(1)
  expect((await second).results.length).toBe(1)
})

test('a long list crosses in slices', async () => {
  const { reranker, calls } = await scripted()
  const result = reranker.rank(
    'q',
    Array.from({ length: 1000 }, (_, i) => `passage ${i}`),
  )
  await tick()
  await tick()
  expect(calls[0]).toMatchObject({ total: 1000, received: 1000 })
  calls[0]!.answer(ranking([0]))
  await result
})

const gone = workerFailed('It ended.')

test('what was pending when the worker died is asked again of a new one', async () => {
  const { reranker, calls, opened, statuses, die } = await scripted()
  const first = reranker.rank('one', ['a'])
  const second = reranker.rank('two', ['a', 'b'])
  await tick()
  die(gone)
  await tick()
  expect(opened).toEqual([undefined, undefined])
  expect(calls.map(call => call.total)).toEqual([1, 2, 1, 2])
  calls[2]!.answer(ranking([0]))
  calls[3]!.answer(ranking([1, 0]))
  expect((await first).results.length).toBe(1)
  expect((await second).results.length).toBe(2)
  expect(statuses.map(status => status.kind)).toEqual(['lost', 'recovered'])
})

test('the second loss in a row goes to WASM, the third is reported; a call later starts afresh', async () => {
  const { reranker, calls, opened } = await scripted()
  const result = reranker.rank('q', ['a'])
  for (let loss = 0; loss < 3; loss++) {
    await tick()
    calls[loss]!.fail(deviceError('device-lost', 'It was reset.'))
  }
  await expect(result).rejects.toMatchObject({ code: 'device-lost' })
  expect(opened).toEqual([undefined, undefined, 'wasm'])
  const again = reranker.rank('q', ['a'])
  await tick()
  calls[3]!.answer(ranking([0]))
  expect((await again).results.length).toBe(1)
})

test('a call that was aborted is not asked again', async () => {
  const { reranker, calls, die } = await scripted()
  const abort = new AbortController()
  const result = reranker.rank('q', ['a'], { signal: abort.signal })
  await tick()
  abort.abort('enough')
  await expect(result).rejects.toBe('enough')
  die(gone)
  await tick()
  expect(calls.length).toBe(1)
})

test('when the reranker is disposed, pending calls reject, and later ones', async () => {
  const { reranker } = await scripted()
  const waiting = reranker.rank('q', ['a'])
  await tick()
  await reranker.dispose()
  await expect(waiting).rejects.toMatchObject({ code: 'disposed' })
  await expect(reranker.rank('q', ['a'])).rejects.toMatchObject({ code: 'disposed' })
  await reranker.dispose()
})

test('a partial ranking that the answer overtook is not delivered', async () => {
  const { reranker, calls } = await scripted()
  const seen: boolean[] = []
  const result = reranker.rank('q', ['a', 'b'], { onPartial: partial => seen.push(partial.done) })
  await tick()
  calls[0]!.partial?.(ranking([0], false))
  calls[0]!.answer(ranking([0, 1]))
  await result
  calls[0]!.partial?.(ranking([1], false))
  expect(seen).toEqual([false])
})

test('partial rankings after an abort are not delivered', async () => {
  const { reranker, calls } = await scripted()
  const abort = new AbortController()
  const seen: number[] = []
  const result = reranker.rank('q', ['a', 'b'], {
    signal: abort.signal,
    onPartial: partial => seen.push(partial.encoded),
  })
  await tick()
  calls[0]!.partial?.(ranking([0], false))
  abort.abort()
  calls[0]!.partial?.(ranking([0, 1], false))
  await expect(result).rejects.toThrow()
  expect(seen).toEqual([1])
})

test('the Cohere format holds places and scores', async () => {
  const { reranker, calls } = await scripted()
  const result = reranker.rank('q', ['a', 'b'], { format: 'cohere' })
  await tick()
  calls[0]!.answer(ranking([1, 0]))
  expect(await result).toEqual({
    results: [
      { index: 1, relevance_score: 1 },
      { index: 0, relevance_score: 0 },
    ],
  })
})
