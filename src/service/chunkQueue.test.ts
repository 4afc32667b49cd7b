import { expect, test } from 'vitest'
import { ENCODE_CHUNK } from '../engine/batch.js'
import { ChunkQueue } from './chunkQueue.js'

const open = new AbortController().signal

test('pieces of any size are taken in chunks, small ones first, without a small rest', async () => {
  const queue = new ChunkQueue<number>(130)
  queue.push(Array.from({ length: 50 }, (_, i) => i))
  expect((await queue.next(open))?.length).toBe(4)
  expect((await queue.next(open))?.length).toBe(8)
  expect((await queue.next(open))?.length).toBe(16)
  const fourth = queue.next(open)
  queue.push(Array.from({ length: 80 }, (_, i) => 50 + i))
  expect(await fourth).toEqual(Array.from({ length: ENCODE_CHUNK }, (_, i) => 28 + i))
  expect((await queue.next(open))?.length).toBe(ENCODE_CHUNK)
  expect((await queue.next(open))?.length).toBe(38)
  expect(await queue.next(open)).toBeUndefined()
})

test('an empty list has no chunks', async () => {
  expect(await new ChunkQueue(0).next(open)).toBeUndefined()
})

test('an abort ends the wait with its reason', async () => {
  const abort = new AbortController()
  const waiting = new ChunkQueue(5).next(abort.signal)
  abort.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})
