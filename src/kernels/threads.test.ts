import type { Worker } from 'node:worker_threads'
import { expect, test, vi } from 'vitest'
import { compileKernels } from '../../build/compileKernels.js'
import { quantized, randomSource } from '../graph/testWeights.js'
import type { MvpBertArchitecture } from '../model/manifest.js'
import { KernelModel } from './kernelModel.js'
import type { Kernels } from './kernels.js'
import { openKernels, type StartThread, type ThreadStart } from './openKernels.js'
import { IDLE, serveThread } from './serveThread.js'
import { kernelsOnThreads } from './testing.js'

const started: Worker[] = []
vi.mock('node:worker_threads', async importOriginal => {
  const original = await importOriginal<typeof import('node:worker_threads')>()
  return {
    ...original,
    Worker: class extends original.Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given)
        started.push(this)
      }
    },
  }
})

const architecture: MvpBertArchitecture = {
  family: 'bert',
  width: 64,
  layers: 2,
  heads: 4,
  headWidth: 16,
  ffWidth: 144,
  epsilon: 1e-12,
  vocabulary: 100,
  positions: 256,
  exits: [1, 2],
  anchor: { layers: 1, heads: 4, headWidth: 16, ffWidth: 64, activation: 'relu', epsilon: 1e-6 },
}
const source = quantized(randomSource(architecture), architecture, 'q8')

/** Lengths from one token to the longest. */
const prompts = [1, 64, 3, 200, 5, 17, 90, 64, 2, 33, 128, 7].map((length, seed) => ({
  ids: Array.from({ length }, (_, i) => (i * 7 + seed * 13) % 100),
}))

const bits = (numbers: Float32Array) => Buffer.from(numbers.slice().buffer).toString('hex')

test('numbers depend on no thread, batch or order', async () => {
  const runs = []
  for (const threads of [1, 2, 3]) {
    const open = await kernelsOnThreads(threads)
    const { kernels, heap, runJob } = open
    const model = KernelModel.create(kernels, heap, source, architecture, 200, threads, runJob)
    const views = { firstView: 0, views: 1 }
    const hidden = model.encode(prompts, 2).slice()
    const vectors = model.encode(prompts, 2, views).slice()
    expect(vectors.every(Number.isFinite)).toBe(true)
    for (let round = 0; round < 20; round++) expect(bits(model.encode(prompts, 2, views))).toBe(bits(vectors))
    const alone = prompts.map(prompt => model.encode([prompt], 2, views).slice())
    expect(alone.map(bits).join('')).toBe(bits(vectors))
    const turned = model.encode(prompts.toReversed(), 2, views)
    const { width } = architecture
    const back = prompts.map((_, i) => bits(turned.subarray((11 - i) * width, (12 - i) * width)))
    expect(back.join('')).toBe(bits(vectors))
    runs.push([hidden, vectors].map(bits))
    open.close()
  }
  expect(runs[1]).toEqual(runs[0])
  expect(runs[2]).toEqual(runs[0])
}, 60_000)

test('a prompt that is too long is refused', async () => {
  const open = await kernelsOnThreads(1)
  const { kernels, heap, runJob } = open
  const model = KernelModel.create(kernels, heap, source, architecture, 16, 1, runJob)
  expect(() => model.encode([{ ids: new Array(17).fill(1) }], 1)).toThrow(RangeError)
})

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test('an idle thread answers messages, and comes to the next job all the same', async () => {
  const open = await kernelsOnThreads(2)
  const { kernels, heap, runJob } = open
  const model = KernelModel.create(kernels, heap, source, architecture, 200, 2, runJob)
  const expected = bits(model.encode(prompts, 2))
  const thread = started.at(-1)!
  for (let round = 0; round < 3; round++) {
    const answered = new Promise(resolve => thread.once('message', resolve))
    thread.postMessage('are you there?')
    expect(await answered).toBe('serves')
    expect(bits(model.encode(prompts, 2))).toBe(expected)
  }
  // Before, while and after it goes to sleep.
  for (let ms = IDLE - 10; ms <= IDLE + 10; ms++) {
    await pause(ms)
    expect(bits(model.encode(prompts, 2))).toBe(expected)
  }
  open.close()
}, 60_000)

test('a thread sleeps in JavaScript until a job wakes it up, and until it traps', async () => {
  let start!: ThreadStart
  const here: StartThread = async given => {
    start = given
    return () => {}
  }
  const open = await openKernels(await compileKernels('plain'), 2, here)
  // Instances of this thread: all its calls take turns with those of the test.
  const instance = await WebAssembly.instantiate(start.module, { env: { memory: start.memory } })
  const serve = vi.fn((instance.exports as unknown as Kernels).serve)
  const fail = vi.fn()
  vi.spyOn(WebAssembly, 'instantiate').mockResolvedValue({ exports: { serve, fail } } as never)
  const ended = serveThread(start, () => {})
  await vi.waitFor(() => expect(serve).toHaveBeenCalledOnce())
  await pause(2 * IDLE)
  expect(serve).toHaveBeenCalledOnce()
  const board = new Int32Array(start.memory.buffer, start.board, 6)
  Atomics.add(board, 0, 1)
  Atomics.notify(board, 0)
  await vi.waitFor(() => expect(serve).toHaveBeenCalledTimes(2))
  // It came, found nothing open, and left.
  expect(serve).toHaveLastReturnedWith(1)
  expect(board[2]).toBe(0)
  serve.mockImplementation(() => {
    throw new WebAssembly.RuntimeError('unreachable')
  })
  Atomics.add(board, 0, 1)
  Atomics.notify(board, 0)
  await ended
  expect(fail).toHaveBeenCalledWith(start.board)
  open.close()
  vi.restoreAllMocks()
})

test('an engine that cannot wait in JavaScript sleeps in WebAssembly', async () => {
  vi.stubGlobal('Atomics', {})
  const serve = vi.fn(() => {
    throw new WebAssembly.RuntimeError('unreachable')
  })
  vi.spyOn(WebAssembly, 'instantiate').mockResolvedValue({ exports: { serve, fail: () => {} } } as never)
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
  await serveThread({ module: {} as WebAssembly.Module, memory, board: 64, thread: 1 }, () => {})
  expect(serve).toHaveBeenCalledWith(64, 1, 0, -1)
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})
