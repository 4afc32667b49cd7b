import { describe, expect, test } from 'vitest'
import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { oracleFolder, readOracle } from '../../models/oracles/read.js'
import type { Dialect } from '../model/dialect.js'
import type { Architecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { buildEncoderStage, type Stage } from './encoder.js'
import { largestDifference, runtimes, TestEncoder, type TestPrompt } from './testing.js'
import { miniArchitecture, quantized, randomSource } from './testWeights.js'

const shape = { views: 4, firstView: 1 }
const twoLayers = { ...miniArchitecture, layers: 2, exits: [1, 2], vocabulary: 512 }
/** Of the shipped model's kind, small enough for many runs. */
const narrow = { ...twoLayers, width: 64, heads: 2, ffWidth: 128 }
const int8: Dialect = { device: 'wasm', precision: 'int8' }
const fp32: Dialect = { device: 'wasm', precision: 'fp32' }

const prompt = (length: number, seed: number): TestPrompt => ({
  ids: Array.from({ length }, (_, i) => (i * 37 + seed * 101) % 512),
  types: Array.from({ length }, (_, i) => (i > length / 3 ? 1 : 0)),
})

const floats = async (run: Promise<Record<string, { data: unknown }>>, name: string) =>
  (await run)[name]!.data as Float32Array

describe.each(Object.entries(runtimes))('%s', (_, ort) => {
  const create = (source: TensorSource, architecture: Architecture, dialect: Dialect, ...stages: Stage[]) =>
    TestEncoder.create(ort, source, architecture, shape, dialect, stages)

  test.each([int8, fp32])(
    "a prompt's vectors are bit-identical in every batch, however it is padded, %o",
    async dialect => {
      const source = quantized(randomSource(narrow), narrow, 'q8')
      const encoder = await create(source, narrow, dialect, { from: 0, to: 2 })
      const prompts = [33, 48, 6, 41, 16, 90, 17, 63, 64, 65, 31, 127].map(prompt)
      const size = shape.views * narrow.width
      const alone: Float32Array[] = []
      for (const one of prompts) alone.push(await floats(encoder.run([one], 5), 'vectors'))
      for (const padded of [128, 144, 256]) {
        for (const order of [prompts, [...prompts].reverse()]) {
          const together = await floats(encoder.run(order, 5, padded), 'vectors')
          for (const [i, one] of order.entries()) {
            const vectors = together.subarray(i * size, (i + 1) * size)
            expect(largestDifference(vectors, alone[prompts.indexOf(one)]!)).toBe(0)
          }
        }
      }
    },
  )

  test.each([int8, fp32])('stages in a row are the whole encoder, %o', async dialect => {
    const source = quantized(randomSource(twoLayers), twoLayers, 'q8')
    const whole = await create(source, twoLayers, dialect, { from: 0, to: 2 })
    const staged = await create(source, twoLayers, dialect, { from: 0, to: 1 }, { from: 1, to: 2 })
    const batch = [prompt(20, 1), prompt(31, 2)]
    for (const output of ['vectors', 'hidden']) {
      expect(await floats(staged.run(batch, 5), output)).toEqual(await floats(whole.run(batch, 5), output))
    }
  })
})

describe('rows', () => {
  const ort = runtimes['onnxruntime-node']!

  test.each(['t5-odd', 'bert-gated'] as const)('are those of the full computation: %s', async name => {
    const { architecture, source } = openCheckpoint(oracleFolder(name))
    const batch = readOracle(name).lists[1]!.ids.map(ids => ({ ids }))
    const { width } = architecture
    const stage = { from: 0, to: architecture.layers }
    for (const dialect of [fp32, { device: 'webgpu', precision: 'fp32' } as const]) {
      const encoder = await TestEncoder.create(ort, source, architecture, { views: 3, firstView: 1 }, dialect, [stage])
      const all = await encoder.run(batch, 48, 48)
      const some = await encoder.run(batch, 7, 48)
      expect(some.hidden!.dims).toEqual([batch.length, 7, width])
      expect(some.vectors!.dims).toEqual([batch.length, 3, width])
      // Nobody reads the vectors of a stage that is gone on from.
      expect(all.vectors!.dims).toEqual([batch.length, 0, width])
      const full = all.hidden!.data as Float32Array
      for (let i = 0; i < batch.length; i++) {
        const rows = (some.hidden!.data as Float32Array).subarray(i * 7 * width, (i + 1) * 7 * width)
        expect(largestDifference(rows, full.subarray(i * 48 * width, (i * 48 + 7) * width))).toBeLessThan(1e-5)
      }
    }
  })
})

test('T5 in half precision is refused, as are precisions that a device does not compute in', async () => {
  const { architecture, source } = openCheckpoint(oracleFolder('t5-relu'))
  const build = (architecture: Architecture, dialect: Dialect) => () =>
    buildEncoderStage(source, architecture, shape, dialect, { from: 0, to: 1 })
  const unsupported = expect.objectContaining({ code: 'unsupported' })
  expect(build(architecture, { device: 'webgpu', precision: 'fp16' })).toThrow(unsupported)
  expect(build(miniArchitecture, { device: 'webgpu', precision: 'int8' })).toThrow(unsupported)
  expect(build(miniArchitecture, { device: 'wasm', precision: 'fp16' })).toThrow(unsupported)
})
