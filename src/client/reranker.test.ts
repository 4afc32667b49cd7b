import { expect, test } from 'vitest'
import type { RerankService, WireRanking } from '../../workers/protocol.js'
import { type Connection, LocalReranker } from './reranker.js'
import type { RerankerInfo } from './types.js'

/** A service that answers when the test says so: the client's own promises are what is tested here. */
function scripted() {
  const calls: {
    id: number
    total: number
    received: number
    answer: (ranking: WireRanking) => void
    partial: ((r: WireRanking) => void) | undefined
  }[] = []
  const aborted: number[] = []
  let die = (_: Error) => {}
  const service: Partial<RerankService> = {
    rank: (id, request, first, partial) =>
      new Promise(resolve => {
        calls.push({ id, total: request.total, received: first.contexts.length, answer: resolve, partial })
      }),
    add: async (id, slice) => {
      calls.find(call => call.id === id)!.received += slice.contexts.length
    },
    abort: async id => void aborted.push(id),
  }
  const connection: Connection = {
    service: service as RerankService,
    callback: callback => callback,
    died: new Promise((_, reject) => {
      die = reject
    }),
    close: async () => {},
  }
  return {
    reranker: new LocalReranker(connection, {} as RerankerInfo),
    calls,
    aborted,
    die: (error: Error) => die(error),
  }
}

function ranking(indices: number[], done = true): WireRanking {
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
  const { reranker, calls } = scripted()
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
  const { reranker, aborted } = scripted()
  const abort = new AbortController()
  const result = reranker.rank('q', ['a'], { signal: abort.signal })
  await tick()
  abort.abort('enough')
  await expect(result).rejects.toBe('enough')
  expect(aborted).toEqual([1])
})

test('an aborted signal starts nothing', async () => {
  const { reranker, calls } = scripted()
  await expect(reranker.rank('q', ['a'], { signal: AbortSignal.abort('never') })).rejects.toBe('never')
  expect(calls).toEqual([])
})

test('a superseding call ends the one before, but not others', async () => {
  const { reranker, calls } = scripted()
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
  const { reranker, calls } = scripted()
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

test('when the worker dies or the reranker is disposed, pending calls reject', async () => {
  const dying = scripted()
  const pending = dying.reranker.rank('q', ['a'])
  await tick()
  dying.die(new Error('gone'))
  await expect(pending).rejects.toThrow('gone')
  await expect(dying.reranker.rank('q', ['a'])).rejects.toThrow('gone')

  const disposed = scripted()
  const waiting = disposed.reranker.rank('q', ['a'])
  await tick()
  await disposed.reranker.dispose()
  await expect(waiting).rejects.toMatchObject({ code: 'disposed' })
  await expect(disposed.reranker.rank('q', ['a'])).rejects.toMatchObject({ code: 'disposed' })
  await disposed.reranker.dispose()
})

test('partial rankings after an abort are not delivered', async () => {
  const { reranker, calls } = scripted()
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
  const { reranker, calls } = scripted()
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
