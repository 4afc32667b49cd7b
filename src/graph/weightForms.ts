import { modelError } from '../api/modelErrors.js'
import type { Weight } from '../model/tensors.js'
import { concatBytes, concatFloats } from '../util/concat.js'

/**
 * The forms in which devices take a linear layer's weights. All functions take matrices [out, in] and stack several
 * along `out`.
 */

export const BLOCK = 32

/** The weights as floats, [out, in]. */
export function dequantized(weight: Weight): Float32Array {
  if (weight.kind === 'fp32') return weight.data
  const floats = new Float32Array(size(weight))
  for (let row = 0; row < rowsOf(weight); row++) dequantizeRow(weight, row, floats.subarray(row * inOf(weight)))
  return floats
}

/** The stacked weights as floats, [in, out], for a product x · W. */
export function transposedFloats(weights: readonly Weight[]): Float32Array {
  const columns = inOf(weights[0]!)
  const rows = totalRows(weights)
  const result = new Float32Array(columns * rows)
  const line = new Float32Array(columns)
  let target = 0
  for (const weight of weights) {
    for (let row = 0; row < rowsOf(weight); row++, target++) {
      dequantizeRow(weight, row, line)
      for (let i = 0, at = target; i < columns; i++, at += rows) result[at] = line[i]!
    }
  }
  return result
}

export interface Int8Matrix {
  /** u8, zero point 128. */
  data: Uint8Array
  /** One per row of the stored matrix, so one per output. */
  scales: Float32Array
}

/** One scale per row, [out, in]. q8 is returned as stored; other weights are rounded, so q4 loses a little more. */
export function int8Rows(weight: Weight): Int8Matrix {
  if (weight.kind === 'q8') return weight
  const columns = inOf(weight)
  const rows = rowsOf(weight)
  const data = new Uint8Array(rows * columns)
  const scales = new Float32Array(rows)
  const line = new Float32Array(columns)
  for (let row = 0; row < rows; row++) {
    dequantizeRow(weight, row, line)
    let largest = 0
    for (const value of line) largest = Math.max(largest, Math.abs(value))
    const scale = Math.fround(largest / 127) || 1
    scales[row] = scale
    for (let i = 0; i < columns; i++) data[row * columns + i] = Math.round(line[i]! / scale) + 128
  }
  return { data, scales }
}

/** [in, out] for MatMulInteger. */
export function int8Columns(weights: readonly Weight[]): Int8Matrix {
  const columns = inOf(weights[0]!)
  const rows = totalRows(weights)
  const data = new Uint8Array(columns * rows)
  const scales = new Float32Array(rows)
  let start = 0
  for (const weight of weights) {
    const matrix = int8Rows(weight)
    scales.set(matrix.scales, start)
    transposeInto(data, matrix.data, rowsOf(weight), columns, rows, start)
    start += rowsOf(weight)
  }
  return { data, scales }
}

export interface BlockMatrix {
  bits: 4 | 8
  data: Uint8Array
  /** [out, in / 32] */
  scales: Float32Array
}

/** For MatMulNBits and GatherBlockQuantized: the stored bytes, with a row's scale repeated for its blocks. */
export function blocks(weights: readonly Weight[]): BlockMatrix {
  const parts = weights.map(weight => {
    if (weight.kind === 'fp32') throw new RangeError('no blocks')
    const perRow = inOf(weight) / BLOCK
    const scales = weight.kind === 'q4' ? weight.scales : repeated(weight.scales, perRow)
    return { bits: weight.kind === 'q4' ? 4 : 8, data: weight.data, scales } as const
  })
  const [first] = parts
  if (parts.length === 1) return first!
  if (parts.some(part => part.bits !== first!.bits)) {
    throw modelError('bad-weights', 'Matrices of one layer are quantized to different widths.')
  }
  return {
    bits: first!.bits,
    data: concatBytes(parts.map(part => part.data)),
    scales: concatFloats(parts.map(part => part.scales)),
  }
}

/** Whether `blocks` accepts it. */
export const hasBlocks = (weight: Weight): boolean => weight.kind !== 'fp32' && inOf(weight) % BLOCK === 0

/** [rows, columns] to [columns, rows]. */
export function transposedBytes(bytes: Uint8Array, rows: number, columns: number): Uint8Array {
  const result = new Uint8Array(bytes.length)
  transposeInto(result, bytes, rows, columns, rows, 0)
  return result
}

export const inOf = (weight: Weight): number => weight.shape[1]!
export const rowsOf = (weight: Weight): number => weight.shape[0]!
export const totalRows = (weights: readonly Weight[]): number =>
  weights.reduce((sum, weight) => sum + rowsOf(weight), 0)

const size = (weight: Weight) => weight.shape.reduce((product, length) => product * length, 1)

function dequantizeRow(weight: Weight, row: number, into: Float32Array): void {
  const columns = inOf(weight)
  if (weight.kind === 'fp32') {
    into.set(weight.data.subarray(row * columns, (row + 1) * columns))
  } else if (weight.kind === 'q8') {
    const scale = weight.scales[row]!
    for (let i = 0; i < columns; i++) into[i] = (weight.data[row * columns + i]! - 128) * scale
  } else {
    for (let i = 0; i < columns; i++) {
      const at = row * columns + i
      const nibble = (weight.data[at >> 1]! >> (at & 1 ? 4 : 0)) & 15
      into[i] = (nibble - 8) * weight.scales[Math.floor(at / BLOCK)]!
    }
  }
}

function repeated(scales: Float32Array, times: number): Float32Array {
  const result = new Float32Array(scales.length * times)
  for (let row = 0; row < scales.length; row++) result.fill(scales[row]!, row * times, (row + 1) * times)
  return result
}

/**
 * Writes bytes [rows, columns] as columns start … start + rows - 1 of `target` [columns, width]. It goes tile by tile
 * to stay within the CPU's cache.
 */
function transposeInto(
  target: Uint8Array,
  bytes: Uint8Array,
  rows: number,
  columns: number,
  width: number,
  start: number,
): void {
  const tile = 64
  for (let top = 0; top < rows; top += tile) {
    const bottom = Math.min(top + tile, rows)
    for (let left = 0; left < columns; left += tile) {
      const right = Math.min(left + tile, columns)
      for (let row = top; row < bottom; row++) {
        for (let column = left; column < right; column++) {
          target[column * width + start + row] = bytes[row * columns + column]!
        }
      }
    }
  }
}
