/** For tests: weights of known shapes and kinds. */

import type { Architecture, MvpBertArchitecture } from '../model/manifest.js'
import { layout } from '../model/tensorLayout.js'
import type { TensorSource, Weight } from '../model/tensors.js'
import { int8Rows } from './weightForms.js'

/** The shipped model's shape. */
export const miniArchitecture: MvpBertArchitecture = {
  family: 'bert',
  width: 384,
  layers: 6,
  heads: 12,
  headWidth: 32,
  ffWidth: 1536,
  epsilon: 1e-12,
  vocabulary: 30522,
  positions: 512,
  exits: [2, 4, 6],
  anchor: { layers: 1, heads: 12, headWidth: 32, ffWidth: 1536, activation: 'relu', epsilon: 1e-6 },
}

/** Random weights that keep activations near one. An architecture always gets the same ones. */
export function randomSource(architecture: Architecture, startRows = 1): TensorSource {
  const specs = new Map(layout(architecture, startRows).map(spec => [spec.name, spec]))
  return {
    has: name => specs.has(name),
    get(name) {
      const { shape } = specs.get(name)!
      const norm = name.endsWith('norm.weight')
      const scale = norm || shape.length === 1 ? 0.1 : name.includes('embed') ? 1 : shape.at(-1)! ** -0.5
      let state = 1
      for (const character of name) state = (state * 31 + character.charCodeAt(0)) >>> 0
      const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
      for (let i = 0; i < data.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        // Uniform, of variance 1.
        data[i] = (norm ? 1 : 0) + scale * (state / 2 ** 31 - 1) * Math.sqrt(3)
      }
      return { kind: 'fp32', shape, data }
    },
  }
}

/** Quantizes linear layers and embeddings of a full precision source as the converter does. */
export function quantized(source: TensorSource, architecture: Architecture, dtype: 'q8' | 'q4'): TensorSource {
  const matrices = new Set(layout(architecture, 1).flatMap(spec => (spec.quantized ? [spec.name] : [])))
  const cache = new Map<string, Weight>()
  return {
    has: name => source.has(name),
    get(name) {
      let weight = cache.get(name)
      if (!weight) {
        const full = source.get(name)
        weight = matrices.has(name) ? (dtype === 'q8' ? toQ8(full) : toQ4(full)) : full
        cache.set(name, weight)
      }
      return weight
    },
  }
}

/** The numbers of a quantized source in fp32. */
export function dequantizedSource(source: TensorSource): TensorSource {
  return {
    has: name => source.has(name),
    get(name) {
      const weight = source.get(name)
      return { kind: 'fp32', shape: weight.shape, data: slowlyDequantized(weight) }
    },
  }
}

const toQ8 = (weight: Weight): Weight => ({ kind: 'q8', shape: weight.shape, ...int8Rows(weight) })

function toQ4(weight: Weight): Weight {
  const values = weight.data as Float32Array
  if (weight.shape[1]! % 32 !== 0) return toQ8(weight)
  const data = new Uint8Array(values.length / 2)
  const scales = new Float32Array(values.length / 32)
  for (let block = 0; block < scales.length; block++) {
    const part = values.subarray(block * 32, block * 32 + 32)
    const scale = Math.max(...part.map(Math.abs)) / 7 || 1
    scales[block] = scale
    part.forEach((value, i) => {
      const nibble = Math.round(value / scale) + 8
      data[(block * 32 + i) >> 1]! |= nibble << (i % 2 ? 4 : 0)
    })
  }
  return { kind: 'q4', shape: weight.shape, data, scales }
}

function slowlyDequantized(weight: Weight): Float32Array {
  if (weight.kind === 'fp32') return weight.data
  const [rows, columns] = weight.shape as [number, number]
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    if (weight.kind === 'q8') return (weight.data[i]! - 128) * weight.scales[Math.floor(i / columns)]!
    const byte = weight.data[Math.floor(i / 2)]!
    return ((i % 2 ? byte >> 4 : byte & 15) - 8) * weight.scales[Math.floor(i / 32)]!
  })
}
