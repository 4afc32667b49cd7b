import { relativeBuckets } from '../graph/relativeBuckets.js'
import { dequantized, int8Rows } from '../graph/weightForms.js'
import type { BertArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { concatFloats } from '../util/concat.js'
import type { Heap } from './heap.js'
import type { Kernels } from './kernels.js'
import { Matrices } from './matrices.js'

/** Weights of attention are powers of 2, not of e. */
const LOG2E = Math.LOG2E

/** Where an encoder lies in memory. */
export interface PlacedModel {
  /** The table of kernels/model.ts. */
  address: number
  /** The norm of each exit; 0 without one. */
  exitNorms: ReadonlyMap<number, number>
}

/**
 * Puts an encoder into memory, as kernels/model.ts reads it. Weights of any dtype are computed in 8 bits.
 * @param maxLength the longest prompt in tokens
 */
export function placeModel(
  kernels: Kernels,
  heap: Heap,
  source: TensorSource,
  architecture: BertArchitecture,
  maxLength: number,
): PlacedModel {
  const { width, layers, heads, headWidth, ffWidth, positions, epsilon, exits, anchor } = architecture
  const address = heap.allocate(64 + 32 * layers)
  const matrices = new Matrices(kernels, heap, source, true)
  const norm = (name: string) =>
    heap.writeFloats(concatFloats(['weight', 'bias'].map(part => dequantized(source.get(`${name}.${part}`)))))
  const words = int8Rows(source.get('encoder.embed.weight'))
  const wordAddress = heap.allocate(words.data.length)
  heap.bytes(wordAddress, words.data.length).set(words.data)

  const fields = [
    ...[width, heads, headWidth, ffWidth, positions, 0],
    ...[wordAddress, heap.writeFloats(words.scales), heap.writeFloats(placeSums(source, width))],
    ...[norm('encoder.embed.norm'), relativeBias(heap, source, architecture), maxLength],
    // Layers begin at a line of the cache.
    ...[0, 0, 0, 0],
  ]
  for (let i = 0; i < layers; i++) {
    const name = `encoder.${i}`
    const factor = LOG2E / Math.sqrt(headWidth)
    fields.push(
      matrices.place(`${name}.attention.q`, { bias: true, factor }),
      // The keys' bias adds the same to all logits of a query, so it changes no weight.
      matrices.place(`${name}.attention.k`),
      matrices.place(`${name}.attention.v`, { bias: true }),
      matrices.place(`${name}.attention.o`, { bias: true }),
      norm(`${name}.attention.norm`),
      matrices.place(`${name}.ff.up`, { bias: true }),
      matrices.place(`${name}.ff.down`, { bias: true }),
      norm(`${name}.ff.norm`),
    )
  }
  heap.integers(address, fields.length).set(fields)
  heap.floats(address + 20, 1)[0] = epsilon
  return { address, exitNorms: new Map(exits.map(exit => [exit, anchor ? norm(`exit.${exit}.norm`) : 0])) }
}

/** The sums of each token type's and each position's embeddings, [types, positions, width]. */
function placeSums(source: TensorSource, width: number): Float32Array {
  const byPosition = dequantized(source.get('encoder.position.weight'))
  const byType = dequantized(source.get('encoder.type.weight'))
  const sums = new Float32Array((byType.length / width) * byPosition.length)
  for (let type = 0, at = 0; at < sums.length; type += width) {
    for (let place = 0; place < byPosition.length; place++, at++) {
      sums[at] = byPosition[place]! + byType[type + (place % width)]!
    }
  }
  return sums
}

/** MPNet's bias of each head by the distance from query to key, [heads, 2 · positions - 1]; 0 for others. */
function relativeBias(heap: Heap, source: TensorSource, { relative, positions, heads }: BertArchitecture): number {
  if (!relative) return 0
  const table = dequantized(source.get('encoder.relative.weight'))
  const buckets = relativeBuckets(positions, relative.buckets, relative.maxDistance)
  const count = 2 * positions - 1
  const bias = new Float32Array(heads * count)
  for (let i = 0; i < count; i++) {
    const distance = i - positions + 1
    const [query, key] = distance < 0 ? [-distance, 0] : [0, distance]
    const bucket = Number(buckets[query * positions + key]!)
    for (let head = 0; head < heads; head++) bias[head * count + i] = table[bucket * heads + head]! * LOG2E
  }
  return heap.writeFloats(bias)
}
