import { RerankError } from '../api/errors.js'
import { dequantized } from '../graph/weightForms.js'
import { type Architecture, type DenseLayer, type Embedder, vectorWidth } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { type Embedding, meanPooled, type TokenVectors, tokenVectors } from './embedding.js'
import type { EncodedPrompt } from './prompt.js'

/** Reads the embedding of a text from the encoder's output for it. */
export interface EmbeddingReader {
  /** The length of a row of the encoder's output. */
  readonly rowWidth: number
  /** @param rows [row, rowWidth]; those of the prompt begin at `start` */
  read(rows: Float32Array, start: number, prompt: EncodedPrompt, tokens: boolean): Embedding
}

export function embeddingReader(architecture: Architecture, weights: TensorSource): EmbeddingReader {
  const { embedder, width } = architecture
  if (embedder?.scoring === 'late-interaction') return tokenReader(embedder, vectorWidth(architecture))
  const dense = (embedder?.dense ?? []).map((layer, i) => denseLayer(layer, weights, `embedder.${i}`))
  const size = vectorWidth(architecture)
  return {
    rowWidth: width,
    read(rows, start, { ids: { length } }, tokens) {
      if (tokens && size !== width) {
        throw new RerankError('unsupported', `The model gives vectors of ${size} numbers, its tokens have ${width}.`, {
          remedy: 'Leave out `tokens`.',
        })
      }
      let vector = pooled(rows, start, length, width, embedder)
      for (const layer of dense) vector = layer(vector)
      return {
        vector: dense.length > 0 || size < vector.length ? unit(vector.slice(0, size)) : vector,
        tokens: tokens ? tokenVectors(rows, start, length, width) : undefined,
      }
    },
  }
}

/** Of unit length. */
function pooled(rows: Float32Array, start: number, count: number, width: number, embedder?: Embedder): Float32Array {
  const pooling = embedder?.pooling ?? 'mean'
  // A dense layer takes the mean itself; its length counts where there is a bias or an activation.
  if (pooling === 'mean' && !embedder?.dense.length) return meanPooled(rows, start, count, width)
  if (pooling === 'mean') {
    const mean = new Float32Array(width)
    for (let at = start * width; at < (start + count) * width; at++) mean[at % width]! += rows[at]! / count
    return mean
  }
  const row = pooling === 'first' ? start : start + count - 1
  const vector = rows.slice(row * width, (row + 1) * width)
  return embedder?.dense.length ? vector : unit(vector)
}

function denseLayer({ bias, activation }: DenseLayer, weights: TensorSource, name: string) {
  const matrix = dequantized(weights.get(`${name}.weight`))
  const added = bias ? dequantized(weights.get(`${name}.bias`)) : undefined
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
  return {
    rowWidth: width,
    read(rows, start, { ids, isQuery }) {
      const kept = [...ids.keys()].filter(token => isQuery || !left.has(ids[token]!))
      const values = new Float32Array(kept.length * width)
      kept.forEach((token, i) => {
        const row = start + token
        values.set(unit(rows.slice(row * width, (row + 1) * width)), i * width)
      })
      const tokens: TokenVectors = { values, scales: new Float32Array(kept.length).fill(1), places: kept }
      return { vector: meanPooled(values, 0, kept.length, width), tokens }
    },
  }
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector) || 1
  return vector.map(value => value / length)
}
