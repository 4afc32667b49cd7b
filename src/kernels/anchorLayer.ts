import { dequantized } from '../graph/weightForms.js'
import type { AnchorArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import type { Heap } from './heap.js'
import type { Kernels } from './kernels.js'
import type { Matrices } from './matrices.js'
import { QuantizedRows } from './quantizedRows.js'

interface Sizes {
  width: number
  views: number
  anchor: AnchorArchitecture
}

/** A layer of the anchor decoder: the state [views, width] attends to the vectors of all passages. */
export class AnchorLayer {
  readonly #kernels: Kernels
  readonly #heap: Heap
  readonly #sizes: Sizes
  readonly #rows: QuantizedRows
  /** The keys of the first layer's constant queries, times log₂ e, [1 or views, heads, width]. */
  readonly #constantKeys: Float32Array | undefined
  readonly #own: { selfNorm: number; self: number; crossNorm: number; q: number } | undefined
  readonly #k: { matrix: number; scales: Float32Array } | undefined
  readonly #v: number
  readonly #o: number
  readonly #ffNorm: number
  readonly #up: number
  readonly #gate: number
  readonly #down: number

  constructor(kernels: Kernels, heap: Heap, source: TensorSource, matrices: Matrices, sizes: Sizes, index: number) {
    const name = `anchor.${index}`
    const floats = (tensor: string) => dequantized(source.get(`${name}.${tensor}`))
    const norm = (tensor: string) => heap.writeFloats(floats(`${tensor}.norm.weight`))
    this.#kernels = kernels
    this.#heap = heap
    this.#sizes = sizes
    this.#rows = new QuantizedRows(kernels, heap)
    if (index === 0) this.#constantKeys = floats('cross.key').map(value => value * Math.LOG2E)
    else {
      this.#own = {
        selfNorm: norm('self'),
        self: matrices.place(`${name}.self`),
        crossNorm: norm('cross'),
        q: matrices.place(`${name}.cross.q`),
      }
      this.#k = matrices.placeTransposed(`${name}.cross.k`)
    }
    this.#v = matrices.place(`${name}.cross.v`)
    this.#o = matrices.place(`${name}.cross.o`)
    this.#ffNorm = norm('ff')
    this.#up = matrices.place(`${name}.ff.up`)
    this.#gate = sizes.anchor.activation === 'gated-gelu' ? matrices.place(`${name}.ff.gate`) : 0
    this.#down = matrices.place(`${name}.ff.down`)
  }

  /** @param vectors [passage, view, width] */
  run(state: number, vectors: number, passages: number): void {
    const { end } = this.#heap
    if (this.#own) {
      const { selfNorm, self } = this.#own
      this.#add(state, this.#linear(this.#normed(state, selfNorm), self, this.#sizes.width))
    }
    this.#add(state, this.#values(this.#mixed(this.#keys(state), vectors, passages)))
    this.#add(state, this.#feedForward(this.#normed(state, this.#ffNorm)))
    this.#heap.release(end)
  }

  /** [views, heads, width] */
  #keys(state: number): Float32Array {
    const { width, views, anchor } = this.#sizes
    const { heads, headWidth } = anchor
    if (this.#constantKeys) return this.#constantKeys
    const inner = heads * headWidth
    const q = this.#linear(this.#normed(state, this.#own!.crossNorm), this.#own!.q, inner)
    // Of each head, its part of the query.
    const parts = new Float32Array(views * heads * inner)
    const { scales, matrix } = this.#k!
    for (let row = 0; row < views * heads; row++) {
      const head = row % heads
      for (let i = head * headWidth; i < (head + 1) * headWidth; i++) {
        parts[row * inner + i] = q[Math.floor(row / heads) * inner + i]! * scales[i]!
      }
    }
    return this.#linear(parts, matrix, width, views * heads).map(value => value * Math.LOG2E)
  }

  /** The sums of the vectors by the weights of each head, [views, heads, width]. */
  #mixed(keys: Float32Array, vectors: number, passages: number): Float32Array {
    const kernels = this.#kernels
    const heap = this.#heap
    const { width, views, anchor } = this.#sizes
    const { heads } = anchor
    const line = views * width * 4
    const columns = Math.ceil(heads / 4) * 4
    const padded = Math.ceil(passages / 4) * 4
    const { end } = heap
    const byWidth = heap.allocate(width * columns * 4)
    const logits = heap.allocate(passages * columns * 4)
    const weights = heap.allocate(columns * padded * 4)
    const sums = heap.allocate(views * heads * width * 4)
    for (let view = 0; view < views; view++) {
      const own = keys.length > heads * width ? view * heads * width : 0
      const table = heap.floats(byWidth, width * columns)
      for (let head = 0; head < heads; head++) {
        for (let i = 0; i < width; i++) table[i * columns + head] = keys[own + head * width + i]!
      }
      const at = vectors + view * width * 4
      kernels.floatProduct(at, line, passages, width, byWidth, columns * 4, columns, logits, columns * 4)
      kernels.transpose(logits, passages, columns * 4, columns, weights, padded * 4)
      for (let head = 0; head < heads; head++) kernels.softmax(weights + head * padded * 4, passages, padded)
      const to = sums + view * heads * width * 4
      kernels.floatProduct(weights, padded * 4, heads, passages, at, line, width, to, width * 4)
    }
    heap.release(end)
    return heap.floats(sums, views * heads * width).slice()
  }

  /** Wo · [Wv_h · mixed_h of each head], [views, width] */
  #values(mixed: Float32Array): Float32Array {
    const { width, views, anchor } = this.#sizes
    const { heads, headWidth } = anchor
    const inner = heads * headWidth
    const projected = this.#linear(mixed, this.#v, inner, views * heads)
    const own = new Float32Array(views * inner)
    for (let row = 0; row < views * heads; row++) {
      const from = row * inner + (row % heads) * headWidth
      own.set(projected.subarray(from, from + headWidth), row * headWidth)
    }
    return this.#linear(own, this.#o, width)
  }

  /** down · relu(up · x), or down · (gelu(gate · x) ⊙ up · x) */
  #feedForward(x: Float32Array): Float32Array {
    const { width, anchor } = this.#sizes
    const inner = this.#linear(x, this.#up, anchor.ffWidth)
    if (this.#gate) {
      const gate = this.#rows.gelu(this.#linear(x, this.#gate, anchor.ffWidth))
      for (let i = 0; i < inner.length; i++) inner[i]! *= gate[i]!
    } else {
      for (let i = 0; i < inner.length; i++) inner[i] = Math.max(0, inner[i]!)
    }
    return this.#linear(inner, this.#down, width)
  }

  #linear(x: Float32Array, matrix: number, outputs: number, rows = this.#sizes.views): Float32Array {
    return this.#rows.product(x, rows, matrix, outputs)
  }

  #normed(state: number, weight: number): Float32Array {
    const { width, views, anchor } = this.#sizes
    const { end } = this.#heap
    const to = this.#heap.allocate(views * width * 4)
    for (let at = 0; at < views * width * 4; at += width * 4) {
      this.#kernels.rmsNorm(state + at, to + at, width, weight, anchor.epsilon)
    }
    this.#heap.release(end)
    return this.#heap.floats(to, views * width).slice()
  }

  #add(state: number, delta: Float32Array): void {
    const sums = this.#heap.floats(state, delta.length)
    for (let i = 0; i < delta.length; i++) sums[i]! += delta[i]!
  }
}
