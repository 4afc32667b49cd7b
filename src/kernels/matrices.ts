import { dequantized, type Int8Matrix, inOf, int8Rows, rowsOf } from '../graph/weightForms.js'
import type { TensorSource } from '../model/tensors.js'
import type { Heap } from './heap.js'
import type { Kernels } from './kernels.js'

/** Puts the weights of linear layers into memory, in the form that `product` takes. */
export class Matrices {
  readonly #kernels: Kernels
  readonly #heap: Heap
  readonly #source: TensorSource
  readonly #fits: boolean

  /**
   * @param fits whether they are for `fittedProduct`, which is faster where a dot product takes several instructions,
   *   and rounds weights once more
   */
  constructor(kernels: Kernels, heap: Heap, source: TensorSource, fits = false) {
    this.#kernels = kernels
    this.#heap = heap
    this.#source = source
    this.#fits = fits
  }

  /**
   * @param name of the matrix [out, in], without `.weight`
   * @param bias whether it has one that counts
   * @param factor of weights and bias
   */
  place(name: string, { bias = false, factor = 1 }: { bias?: boolean; factor?: number } = {}): number {
    const weight = this.#source.get(`${name}.weight`)
    const biases = bias ? dequantized(this.#source.get(`${name}.bias`)) : undefined
    return this.#place(int8Rows(weight), rowsOf(weight), inOf(weight), factor, biases)
  }

  /** The transpose, without its scales: its inputs must contain them. */
  placeTransposed(name: string): { matrix: number; scales: Float32Array } {
    const weight = this.#source.get(`${name}.weight`)
    const [rows, columns] = [rowsOf(weight), inOf(weight)]
    const { data, scales } = int8Rows(weight)
    const turned = new Uint8Array(data.length)
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) turned[column * rows + row] = data[row * columns + column]!
    }
    const ones = new Float32Array(columns).fill(1)
    return { matrix: this.#place({ data: turned, scales: ones }, columns, rows, 1, undefined), scales }
  }

  #place(
    { data, scales }: Int8Matrix,
    outputs: number,
    inputs: number,
    factor: number,
    bias: Float32Array | undefined,
  ): number {
    const heap = this.#heap
    const kernels = this.#kernels
    const matrix = heap.allocate(kernels.matrixBytes(outputs, inputs))
    heap.floats(matrix, outputs).set(scales.map(scale => scale * factor))
    if (bias) heap.floats(kernels.matrixBias(matrix, outputs), outputs).set(bias.map(value => value * factor))
    const { end } = heap
    const from = heap.allocate(data.length)
    heap.bytes(from, data.length).set(data)
    kernels.pack(from, outputs, inputs, matrix, this.#fits)
    heap.release(end)
    return matrix
  }
}
