import { afterEach, expect, test, vi } from 'vitest'
import { compileKernels } from '../../build/compileKernels.js'
import { quantized, randomSource } from '../graph/testWeights.js'
import type { MvpBertArchitecture } from '../model/manifest.js'
import { Heap } from './heap.js'
import { KernelModel, type RunJob } from './kernelModel.js'
import { type OpenKernels, openKernels } from './openKernels.js'
import { deadThread, kernelsOnThreads, testKernels } from './testing.js'

const architecture: MvpBertArchitecture = {
  family: 'bert',
  width: 32,
  layers: 1,
  heads: 2,
  headWidth: 16,
  ffWidth: 64,
  epsilon: 1e-12,
  vocabulary: 50,
  positions: 128,
  exits: [1],
  anchor: { layers: 1, heads: 2, headWidth: 16, ffWidth: 32, activation: 'relu', epsilon: 1e-6 },
}
const source = quantized(randomSource(architecture), architecture, 'q8')
const prompts = Array.from({ length: 16 }, (_, seed) => ({
  ids: Array.from({ length: 100 }, (_, i) => (i * 7 + seed) % 50),
}))
const broken = (why: string) =>
  expect.objectContaining({ code: 'worker-failed', message: expect.stringContaining(why) })

afterEach(() => vi.restoreAllMocks())

const modelIn = ({ kernels, heap, places }: OpenKernels, runJob: RunJob) =>
  KernelModel.create(kernels, heap, source, architecture, 128, places, runJob)

test('a thread that traps within a job ends it, and no job runs any more', async () => {
  const open = await kernelsOnThreads(2)
  expect(open.threads).toBe(2)
  const { heap, runJob } = open
  const model = modelIn(open, (job, model) => {
    // The bytes of a thread's scratch: the other thread's begins behind all memory.
    heap.integers(job + 44, 1)[0] = 0x7000_0000
    runJob(job, model)
  })
  // The first thread may do all units of a job.
  const run = () => {
    for (let job = 0; job < 1000; job++) model.encode(prompts, 1)
  }
  expect(run).toThrow(broken('a thread trapped'))
  const start = performance.now()
  expect(() => model.encode(prompts, 1)).toThrow(broken('a thread trapped'))
  expect(performance.now() - start).toBeLessThan(1000)
  open.close()
})

test('a thread that dies within a job ends it after a while', async () => {
  const open = await openKernels(await compileKernels('plain'), 2, deadThread, 1)
  expect(() => modelIn(open, open.runJob).encode(prompts, 1)).toThrow(broken('does not answer'))
})

test('a trap of the first thread ends the others', async () => {
  const end = vi.fn()
  const open = await openKernels(await compileKernels('plain'), 2, async () => end)
  expect(() => open.runJob(0x7000_0000, 0)).toThrow(broken('out of bounds'))
  expect(end).toHaveBeenCalledOnce()
})

test('an engine without SIMD is refused', async () => {
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('invalid opcode'))
  vi.spyOn(WebAssembly, 'validate').mockReturnValue(false)
  await expect(testKernels()).rejects.toMatchObject({ code: 'unsupported' })
})

test('a policy that refuses WebAssembly is named', async () => {
  vi.spyOn(WebAssembly, 'compile').mockRejectedValue(new WebAssembly.CompileError('blocked by CSP'))
  await expect(testKernels()).rejects.toMatchObject({ code: 'runtime-failed' })
})

test('an engine that grants no memory is refused', async () => {
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(() => {
    throw new RangeError('could not allocate memory')
  })
  await expect(testKernels()).rejects.toMatchObject({ code: 'out-of-memory' })
})

test('memory that cannot grow', () => {
  const heap = new Heap(new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }))
  heap.allocate(100_000)
  expect(() => heap.allocate(100_000)).toThrow(expect.objectContaining({ code: 'out-of-memory' }))
})
