import { dequantized } from '../graph/weightForms.js'
import type { MvpBertArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { AnchorLayer } from './anchorLayer.js'
import type { Heap } from './heap.js'
import type { KernelHead } from './kernelHead.js'
import type { Kernels } from './kernels.js'
import { Matrices } from './matrices.js'

/**
 * The anchor decoder, as `buildAnchor` (graph/anchor.ts) describes it: keys and values of passages are never computed,
 * so the cost hardly depends on their number.
 */
export class AnchorHead implements KernelHead {
  readonly #kernels: Kernels
  readonly #heap: Heap
  readonly #views: number
  readonly #width: number
  readonly #epsilon: number
  readonly #start: Float32Array
  readonly #layers: readonly AnchorLayer[]
  readonly #norm: number

  constructor(kernels: Kernels, heap: Heap, source: TensorSource, architecture: MvpBertArchitecture, views: number) {
    const { width, anchor } = architecture
    this.#kernels = kernels
    this.#heap = heap
    this.#views = views
    this.#width = width
    this.#epsilon = anchor.epsilon
    const start = dequantized(source.get('anchor.start'))
    this.#start = Float32Array.from({ length: views * width }, (_, i) => start[i % start.length]!)
    const matrices = new Matrices(kernels, heap, source)
    this.#layers = Array.from(
      { length: anchor.layers },
      (_, i) => new AnchorLayer(kernels, heap, source, matrices, { width, views, anchor }, i),
    )
    this.#norm = heap.writeFloats(dequantized(source.get('anchor.norm.weight')))
  }

  score(vectors: Float32Array): { scores: Float32Array; views: Float32Array } {
    const kernels = this.#kernels
    const heap = this.#heap
    const [views, width] = [this.#views, this.#width]
    const passages = vectors.length / (views * width)
    const { end } = heap
    const x = heap.writeFloats(vectors)
    const state = heap.writeFloats(this.#start)
    for (const layer of this.#layers) layer.run(state, x, passages)

    const line = views * width * 4
    const columns = Math.ceil(views / 4) * 4
    const anchors = heap.allocate(views * width * 4)
    for (let view = 0; view < views; view++) {
      const at = view * width * 4
      kernels.rmsNorm(state + at, anchors + at, width, this.#norm, this.#epsilon)
    }
    const byWidth = heap.allocate(width * columns * 4)
    kernels.transpose(anchors, views, width * 4, width, byWidth, columns * 4)
    const products = heap.allocate(passages * columns * 4)
    const viewScores = new Float32Array(views * passages)
    for (let view = 0; view < views; view++) {
      kernels.floatProduct(
        x + view * width * 4,
        line,
        passages,
        width,
        byWidth,
        columns * 4,
        columns,
        products,
        columns * 4,
      )
      const rows = heap.floats(products, passages * columns)
      for (let i = 0; i < passages; i++) viewScores[view * passages + i] = rows[i * columns + view]!
    }
    const scores = Float32Array.from({ length: passages }, (_, i) => {
      let sum = 0
      for (let view = 0; view < views; view++) sum += viewScores[view * passages + i]!
      return sum / views
    })
    heap.release(end)
    return { scores, views: viewScores }
  }
}
