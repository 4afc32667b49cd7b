import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { oracleFolder, readOracle } from '../../models/oracles/read.js'
import { buildEncoderStage, maskValue, relativeBuckets } from '../../src/graph/encoder.js'
import { buildHead } from '../../src/graph/head.js'
import type { OnnxGraph } from '../../src/graph/onnx.js'
import { miniArchitecture, quantized, randomSource } from '../../src/graph/testWeights.js'
import type { Dialect } from '../../src/model/dialect.js'
import type { Architecture } from '../../src/model/manifest.js'
import { runOnGpu, serveGraphs, type WireTensor } from '../support/graphs.js'
import { expect, test } from '../support/test.js'

const dialect: Dialect = { device: 'webgpu', precision: 'fp32' }
const graphs = new Map<string, OnnxGraph>()
let server: Awaited<ReturnType<typeof serveGraphs>>

test.beforeAll(async () => {
  server = await serveGraphs(graphs)
})
test.afterAll(() => server.close())
test.beforeEach(({ page }) => page.goto(server.origin))

// Gated T5 of width 64, and BERT of width 48, which has no whole blocks to quantize.
for (const name of ['t5-sharded', 'bert-gated'] as const) {
  test(`the original's numbers on WebGPU: ${name}`, async ({ page }) => {
    const { views, family, lists } = readOracle(name)
    const { architecture, source } = openCheckpoint(oracleFolder(name))
    const { width, layers } = architecture
    const firstView = family === 'bert' ? 1 : 0
    const stage = { from: 0, to: layers }
    graphs.set('encoder', buildEncoderStage(source, architecture, { views, firstView }, dialect, stage))
    graphs.set('anchor', buildHead(source, architecture, views, dialect))
    const { ids, types, exits } = lists[2]!
    const expected = exits[layers]!
    const rows = firstView + views
    const encoder = await runOnGpu(page, 'encoder', encoderFeeds(architecture, ids, types, rows, 48))
    const vectors = encoder.outputs.vectors!
    expect(largestDifference(vectors.values, expected.vectors.flat(2))).toBeLessThan(1e-4)
    const anchor = await runOnGpu(page, 'anchor', { vectors })
    expect(largestDifference(anchor.outputs.scores!.values, expected.scores)).toBeLessThan(1e-4)
    expect([...encoder.floatsOffGpu, ...anchor.floatsOffGpu]).toEqual([])

    // Its batch does not matter to a passage.
    const alone = await runOnGpu(page, 'encoder', encoderFeeds(architecture, [ids[1]!], types && [types[1]!], rows, 48))
    const same = vectors.values.slice(views * width, 2 * views * width)
    expect(largestDifference(alone.outputs.vectors!.values, same)).toBeLessThan(1e-5 * Math.max(...same.map(Math.abs)))
  })
}

for (const dtype of ['q8', 'q4'] as const) {
  test(`${dtype} weights are what they are in Node`, async ({ page }) => {
    const { runtimes, TestEncoder, createAnchor, runAnchor } = await import('../../src/graph/testing.js')
    const { dequantizedSource } = await import('../../src/graph/testWeights.js')
    const { views, lists } = readOracle('t5-sharded')
    const { architecture, source } = openCheckpoint(oracleFolder('t5-sharded'))
    const weights = quantized(source, architecture, dtype)
    const stage = { from: 0, to: architecture.layers }
    const shape = { views, firstView: 0 }
    graphs.set('encoder', buildEncoderStage(weights, architecture, shape, dialect, stage))
    graphs.set('anchor', buildHead(weights, architecture, views, dialect))
    const { ids } = lists[1]!
    const { vectors } = (await runOnGpu(page, 'encoder', encoderFeeds(architecture, ids, undefined, views, 48))).outputs
    const { scores } = (await runOnGpu(page, 'anchor', { vectors: vectors! })).outputs

    const ort = runtimes['onnxruntime-node']!
    const plain = dequantizedSource(weights)
    const inNode: Dialect = { device: 'wasm', precision: 'fp32' }
    const encoder = await TestEncoder.create(ort, plain, architecture, shape, inNode, [stage])
    const expected = (
      await encoder.run(
        ids.map(ids => ({ ids })),
        views,
        48,
      )
    ).vectors!.data as Float32Array
    expect(largestDifference(vectors!.values, expected)).toBeLessThan(1e-4)
    const anchor = await createAnchor(ort, plain, architecture, views, inNode)
    const result = await runAnchor(ort, anchor, expected, [views, architecture.width])
    expect(largestDifference(scores!.values, result.scores)).toBeLessThan(1e-4)
  })
}

// 32 is what WebGPU pads the shortest prompts to; with 16, attention takes another path, of one dispatch more.
for (const length of [32, 64]) {
  test(`the shipped shape takes at most 80 dispatches for ${length} tokens, in stages too, and computes nothing on the CPU`, async ({
    page,
  }) => {
    const source = quantized(randomSource(miniArchitecture), miniArchitecture, 'q8')
    const ids = Array.from({ length }, (_, i) => i * 37)
    const hidden: WireTensor = {
      type: 'float32',
      shape: [1, length, miniArchitecture.width],
      values: Array.from({ length: length * miniArchitecture.width }, (_, i) => Math.sin(i)),
    }
    const dispatches = async (from: number, to: number) => {
      const name = `${from}-${to}`
      const shape = { views: 4, firstView: 1 }
      graphs.set(name, buildEncoderStage(source, miniArchitecture, shape, dialect, { from, to }))
      const { input_ids, token_type_ids, ...rest } = encoderFeeds(
        miniArchitecture,
        [ids],
        [ids.map(() => 0)],
        to === 6 ? 5 : length,
        length,
      )
      const first = from === 0 ? { input_ids: input_ids!, token_type_ids: token_type_ids! } : { hidden_in: hidden }
      const run = await runOnGpu(page, name, { ...first, ...rest })
      expect(run.floatsOffGpu).toEqual([])
      return run.dispatches
    }
    const whole = await dispatches(0, 6)
    const stages = [await dispatches(0, 2), await dispatches(2, 4), await dispatches(4, 6)]
    console.log(`    ${length} tokens: ${whole} dispatches as one graph, ${stages.join(' + ')} in stages`)
    expect(whole).toBeLessThanOrEqual(80)
    expect(stages.reduce((a, b) => a + b)).toBeLessThanOrEqual(80)
  })
}

function encoderFeeds(
  architecture: Architecture,
  ids: number[][],
  types: number[][] | undefined,
  rows: number,
  length: number,
): Record<string, WireTensor> {
  const shape = [ids.length, length]
  const padded = (values: number[], filler = 0) => [
    ...values,
    ...new Array<number>(length - values.length).fill(filler),
  ]
  const mask = ids.flatMap(ids => padded(new Array<number>(ids.length).fill(0), maskValue(dialect)))
  const feeds: Record<string, WireTensor> = {
    input_ids: { type: 'int64', shape, values: ids.flatMap(ids => padded(ids)) },
    mask_bias: { type: 'float32', shape: [ids.length, 1, 1, length], values: mask },
    rows: { type: 'int64', shape: [1], values: [rows] },
  }
  if (architecture.family === 't5') {
    const buckets = relativeBuckets(length, architecture.buckets, architecture.maxDistance)
    feeds.rel_bucket = { type: 'int64', shape: [length, length], values: [...buckets].map(Number) }
  } else {
    feeds.token_type_ids = { type: 'int64', shape, values: types!.flatMap(types => padded(types)) }
  }
  return feeds
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}
