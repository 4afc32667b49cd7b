import type { Heap } from './heap.js'
import type { Kernels } from './kernels.js'

/** Products of a few rows that JavaScript holds. */
export class QuantizedRows {
  readonly #kernels: Kernels
  readonly #heap: Heap

  constructor(kernels: Kernels, heap: Heap) {
    this.#kernels = kernels
    this.#heap = heap
  }

  /**
   * x · Wᵀ, [rows, outputs]. What 7 bits leave of x is quantized and multiplied too: a head costs little, and every
   * score depends on it.
   */
  product(x: Float32Array, rows: number, matrix: number, outputs: number): Float32Array {
    const kernels = this.#kernels
    const heap = this.#heap
    const inputs = x.length / rows
    const line = kernels.rounded(inputs) * kernels.INPUT_BYTES.value
    const stepLine = kernels.stepBytes(inputs)
    const across = kernels.rounded(outputs)
    // A product computes rows up to the next multiple of 4.
    const tiled = Math.ceil((2 * rows) / 4) * 4
    const { end } = heap
    const from = heap.writeFloats(x)
    const quantized = heap.allocate(tiled * line)
    const steps = heap.allocate(tiled * stepLine)
    const y = heap.allocate(tiled * across * 4)
    for (let row = 0; row < 2 * rows; row++) {
      const at = from + (row % rows) * inputs * 4
      kernels.quantizeRow(at, inputs, quantized + row * line, steps + row * stepLine)
      if (row < rows) this.#subtract(at, inputs, quantized + row * line, steps + row * stepLine)
    }
    kernels.product(quantized, steps, 2 * rows, inputs, matrix, outputs, y)
    const lines = heap.floats(y, 2 * rows * across)
    const result = new Float32Array(rows * outputs)
    for (let row = 0; row < rows; row++) {
      for (let output = 0; output < outputs; output++) {
        result[row * outputs + output] = lines[row * across + output]! + lines[(rows + row) * across + output]!
      }
    }
    heap.release(end)
    return result
  }

  /** Leaves of x what its 7 bits do not say. */
  #subtract(x: number, size: number, quantized: number, steps: number): void {
    const bytes = this.#kernels.INPUT_BYTES.value
    const span = this.#kernels.SPAN.value
    const words = 2 * Math.ceil(size / span)
    const [stepOf, zeroOf] = [this.#heap.floats(steps, words), this.#heap.integers(steps, words)]
    const values = this.#heap.floats(x, size)
    const inSteps = this.#heap.bytes(quantized, size * bytes)
    for (let i = 0; i < size; i++) {
      const at = 2 * Math.floor(i / span)
      values[i]! -= stepOf[at]! * (inSteps[i * bytes]! - zeroOf[at + 1]!)
    }
  }

  gelu(x: Float32Array): Float32Array {
    const heap = this.#heap
    const { end } = heap
    const at = heap.writeFloats(x)
    this.#kernels.geluInPlace(at, x.length)
    heap.release(end)
    return heap.floats(at, x.length).slice()
  }
}
