import { dequantized } from '../graph/weightForms.js'
import type { CrossEncoderArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import type { Heap } from './heap.js'
import type { KernelHead } from './kernelHead.js'
import type { Kernels } from './kernels.js'

/**
 * The head of a cross-encoder: classifier · tanh(pooler · x), or relu in place of tanh, in single precision. It is a
 * thousandth of the work, and every score depends on it.
 */
export class PointwiseHead implements KernelHead {
  readonly #kernels: Kernels
  readonly #heap: Heap
  readonly #width: number
  readonly #usesTanh: boolean
  readonly #pooler: number
  readonly #poolerBias: Float32Array
  readonly #classifier: number
  readonly #classifierBias: number

  constructor(kernels: Kernels, heap: Heap, source: TensorSource, architecture: CrossEncoderArchitecture) {
    const { width, poolerActivation } = architecture
    this.#kernels = kernels
    this.#heap = heap
    this.#width = width
    this.#usesTanh = poolerActivation === undefined
    const pooler = dequantized(source.get('head.pooler.weight'))
    this.#pooler = heap.writeFloats(pooler.map((_, i) => pooler[(i % width) * width + Math.floor(i / width)]!))
    // A copy: a view would keep the whole file in memory.
    this.#poolerBias = dequantized(source.get('head.pooler.bias')).slice()
    const classifier = dequantized(source.get('head.classifier.weight'))
    // Four columns; the first counts.
    const columns = new Float32Array(width * 4)
    classifier.forEach((value, i) => {
      columns[i * 4] = value
    })
    this.#classifier = heap.writeFloats(columns)
    this.#classifierBias = dequantized(source.get('head.classifier.bias'))[0]!
  }

  score(vectors: Float32Array): { scores: Float32Array; views: Float32Array } {
    const kernels = this.#kernels
    const heap = this.#heap
    const width = this.#width
    const count = vectors.length / width
    const line = width * 4
    const { end } = heap
    const x = heap.writeFloats(vectors)
    const pooled = heap.allocate(vectors.byteLength)
    const logits = heap.allocate(count * 16)
    kernels.floatProduct(x, line, count, width, this.#pooler, line, width, pooled, line)
    const inner = heap.floats(pooled, vectors.length)
    const bias = this.#poolerBias
    // tanh(x) = 2 / (1 + 2^(-2x log₂ e)) - 1
    if (this.#usesTanh) {
      for (let i = 0; i < inner.length; i++) inner[i] = 2 * Math.LOG2E * (inner[i]! + bias[i % width]!)
      kernels.logistic2Row(pooled, inner.length, pooled)
      for (let i = 0; i < inner.length; i++) inner[i] = 2 * inner[i]! - 1
    } else {
      for (let i = 0; i < inner.length; i++) inner[i] = Math.max(0, inner[i]! + bias[i % width]!)
    }
    kernels.floatProduct(pooled, line, count, width, this.#classifier, 16, 4, logits, 16)
    const columns = heap.floats(logits, count * 4)
    const scores = Float32Array.from({ length: count }, (_, i) => columns[i * 4]! + this.#classifierBias)
    heap.release(end)
    return { scores, views: scores.slice() }
  }
}
