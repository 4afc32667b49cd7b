import { RerankError } from '../api/errors.js'
import { dequantized } from '../graph/weightForms.js'
import { type Architecture, type DenseLayer, type Embedder, vectorWidth } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { type Embedding, meanPooled, sumOf, type TokenVectors, tokenVectors, toUnit } from './embedding.js'
import type { EncodedPrompt } from './prompt.js'

/**
 * Reads the embedding of a text from the encoder's output.
 * @param start the first of the prompt's rows
 */
export type EmbeddingReader = (rows: Float32Array, start: number, prompt: EncodedPrompt, tokens: boolean) => Embedding

export function embeddingReader(architecture: Architecture, weights: TensorSource): EmbeddingReader {
  const { embedder, width } = architecture
  if (embedder?.scoring === 'late-interaction') return tokenReader(embedder, vectorWidth(architecture))
  const dense = denseLayers(embedder, weights)
  const size = vectorWidth(architecture)
  return (rows, start, { ids: { length } }, tokens) => {
    if (tokens && size !== width) {
      throw new RerankError('unsupported', `The model gives vectors of ${size} numbers, its tokens have ${width}.`, {
        remedy: 'Leave out `tokens`.',
      })
    }
    let vector = pooled(rows, start, length, width, embedder)
    for (const layer of dense) vector = layer(vector)
    return {
      vector: toUnit(vector.slice(0, size)),
      tokens: tokens ? tokenVectors(rows, start, length, width) : undefined,
    }
  }
}

/** Of the mean's length only if dense layers follow, where it counts for their biases and activations. */
function pooled(rows: Float32Array, start: number, count: number, width: number, embedder?: Embedder): Float32Array {
  if (!embedder || embedder.pooling === 'mean') {
    const sum = sumOf(rows, start, count, width)
    return embedder?.dense.length ? sum.map(value => value / count) : sum
  }
  const at = (embedder.pooling === 'first' ? start : start + count - 1) * width
  return rows.slice(at, at + width)
}

/** A function of its own: a closure made beside these would keep the weights in memory. */
function denseLayers(embedder: Embedder | undefined, weights: TensorSource) {
  return (embedder?.dense ?? []).map(({ bias, activation }, i) => {
    const floats = (name: string) => dequantized(weights.get(`embedder.${i}.${name}`)).slice()
    return denseLayer(floats('weight'), bias ? floats('bias') : undefined, activation)
  })
}

function denseLayer(matrix: Float32Array, added: Float32Array | undefined, activation: DenseLayer['activation']) {
  return (x: Float32Array): Float32Array =>
    Float32Array.from({ length: matrix.length / x.length }, (_, row) => {
      let sum = added?.[row] ?? 0
      for (let k = 0, at = row * x.length; k < x.length; k++, at++) sum += matrix[at]! * x[k]!
      return activation ? Math.tanh(sum) : sum
    })
}

/** Late interaction: every token has its vector, in single precision; that of the text is their mean. */
function tokenReader({ skipped }: Embedder, width: number): EmbeddingReader {
  const left = new Set(skipped)
  return (rows, start, { ids, isQuery }) => {
    const places = [...ids.keys()].filter(token => isQuery || !left.has(ids[token]!))
    const values = new Float32Array(places.length * width)
    places.forEach((token, i) => {
      const row = (start + token) * width
      values.set(toUnit(rows.slice(row, row + width)), i * width)
    })
    const tokens: TokenVectors = { values, scales: new Float32Array(places.length).fill(1), places }
    return { vector: meanPooled(values, 0, places.length, width), tokens }
  }
}
