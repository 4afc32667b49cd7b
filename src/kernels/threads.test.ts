import { expect, test } from 'vitest'
import { quantized, randomSource } from '../graph/testWeights.js'
import type { MvpBertArchitecture } from '../model/manifest.js'
import { KernelModel } from './kernelModel.js'
import { kernelsOnThreads } from './testing.js'

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
