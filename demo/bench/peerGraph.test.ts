import { expect, test } from 'vitest'
import { openCheckpoint } from '../../models/convert/checkpoint.js'
import { oracleFolder, readCrossEncoder, readOracle } from '../../models/oracles/read.js'
import { createSession, runtimes, TestEncoder } from '../../src/graph/testing.js'
import { quantized } from '../../src/graph/testWeights.js'
import type { BertArchitecture } from '../../src/model/manifest.js'
import type { TensorSource } from '../../src/model/tensors.js'
import { buildPeerGraph, type PeerDtype } from './peerGraph.js'

/** The one of pages. Native code saturates products of bytes on some processors: `hasExactSignedProducts`. */
const ort = runtimes['onnxruntime-web WASM']!

/** The logits of prompts in one padded batch, as transformers.js asks for them. */
async function logits(
  source: TensorSource,
  architecture: BertArchitecture,
  dtype: PeerDtype,
  ids: number[][],
  types: number[][],
): Promise<number[]> {
  const session = await createSession(ort, buildPeerGraph(source, architecture, dtype))
  const length = Math.max(...ids.map(prompt => prompt.length))
  const grid = (rows: number[][]) =>
    new ort.Tensor(
      'int64',
      BigInt64Array.from(
        rows.flatMap(row => [...row, ...new Array<number>(length - row.length).fill(0)]),
        BigInt,
      ),
      [rows.length, length],
    )
  const feeds = {
    input_ids: grid(ids),
    attention_mask: grid(ids.map(prompt => prompt.map(() => 1))),
    token_type_ids: grid(types),
  }
  return [...((await session.run(feeds)).logits!.data as Float32Array)]
}

const difference = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)))

test('gives the logits of the original cross-encoder, and in q8 nearly', async () => {
  const { architecture, source } = openCheckpoint(oracleFolder('cross-encoder'))
  const bert = architecture as BertArchitecture
  for (const { ids, types, scores } of readCrossEncoder('cross-encoder').lists) {
    expect(difference(await logits(source, bert, 'fp32', ids, types!), scores)).toBeLessThan(1e-4)
    const rounded = await logits(quantized(source, bert, 'q8'), bert, 'q8', ids, types!)
    // The logits of all lists go from -5 to 5.
    expect(difference(rounded, scores)).toBeLessThan(0.6)
  }
})

test('of an MVP model, gives the mean of the vector of [CLS] that our own encoder gives', async () => {
  const { architecture, source } = openCheckpoint(oracleFolder('bert-gated'))
  const bert = architecture as BertArchitecture
  const { layers, width } = bert
  const stage = { from: 0, to: layers }
  const dialect = { device: 'wasm', precision: 'fp32' } as const
  const encoder = await TestEncoder.create(ort, source, bert, { views: 1, firstView: 1 }, dialect, [stage])
  const { ids, types = [] } = readOracle('bert-gated').lists[0]!
  const { hidden } = await encoder.run(ids.map((prompt, i) => ({ ids: prompt, types: types[i]! })))
  const data = hidden!.data as Float32Array
  const length = data.length / ids.length / width
  const means = ids.map(
    (_, i) =>
      data
        .subarray(i * length * width)
        .slice(0, width)
        .reduce((sum, x) => sum + x, 0) / width,
  )
  expect(difference(await logits(source, bert, 'fp32', ids, types!), means)).toBeLessThan(1e-5)
})
