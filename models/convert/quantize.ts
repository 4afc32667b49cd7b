import { float16ToFloat32, float32ToFloat16 } from '../../src/util/float16.js'

export interface QuantizedRows {
  data: Uint8Array
  /** q8: one per row, in single precision. q4: one per block of 32, as the bits of half precision. */
  scales: Float32Array | Uint16Array
}

export const BLOCK = 32

/** u8 with zero point 128 and one scale per row: w ≈ (u8 - 128) · scale, u8 from 1 to 255. */
export function quantize8(rows: Float32Array, columns: number): QuantizedRows {
  const count = rows.length / columns
  const data = new Uint8Array(rows.length)
  const scales = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    const start = row * columns
    let largest = 0
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(rows[i]!))
    const scale = Math.fround(largest / 127)
    // A row of zeros (or of numbers that vanish in single precision) stays zero with any scale.
    scales[row] = scale || 1
    const inverse = scale ? 1 / scale : 0
    for (let i = start; i < start + columns; i++) data[i] = Math.round(rows[i]! * inverse) + 128
  }
  return { data, scales }
}

/**
 * 4 bits with zero point 8 and one half precision scale per block of 32 along the row: w ≈ (nibble - 8) · scale, low
 * nibble first. It takes the scale with the least squared error, of a dozen around the one that just fits the largest
 * weight. Both signs are tried, because the range is lopsided (-8 to 7).
 */
export function quantize4(rows: Float32Array): QuantizedRows {
  const blocks = rows.length / BLOCK
  const data = new Uint8Array(rows.length / 2)
  const scales = new Uint16Array(blocks)
  for (let block = 0; block < blocks; block++) {
    const weights = rows.subarray(block * BLOCK, (block + 1) * BLOCK)
    const half = bestScale(weights)
    scales[block] = half
    const scale = halfValue(half)
    const inverse = scale ? 1 / scale : 0
    for (let i = 0; i < BLOCK; i += 2) {
      data[(block * BLOCK + i) / 2] = nibble(weights[i]! * inverse) | (nibble(weights[i + 1]! * inverse) << 4)
    }
  }
  return { data, scales }
}

// The largest weight maps to -8, or a little within or beyond the range: a loss there may be a gain for all others.
const DIVISORS = [-8.9, -8.5, -8.2, -8, -7.7, -7.4, -7, -6.6, 6.6, 7, 7.4, 7.8]

/** Bits of the half precision scale with the least squared error. */
function bestScale(weights: Float32Array): number {
  let extreme = 0
  for (const weight of weights) if (Math.abs(weight) > Math.abs(extreme)) extreme = weight
  if (extreme === 0) return 0
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const divisor of DIVISORS) {
    const half = float32ToFloat16(extreme / divisor)
    const scale = halfValue(half)
    if (scale === 0) continue
    const inverse = 1 / scale
    let error = 0
    for (let i = 0; i < BLOCK; i++) {
      const weight = weights[i]!
      const difference = weight - (nibble(weight * inverse) - 8) * scale
      error += difference * difference
    }
    if (error < least) {
      least = error
      best = half
    }
  }
  return best
}

function nibble(value: number): number {
  // Equals Math.round where it matters, at a third of its cost: the search is most of a conversion's time.
  const level = (value + 8.5) | 0
  return level < 0 ? 0 : Math.min(level, 15)
}

const bits = new Uint16Array(1)
const value = new Float32Array(1)
function halfValue(half: number): number {
  bits[0] = half
  return float16ToFloat32(bits, value)[0]!
}
