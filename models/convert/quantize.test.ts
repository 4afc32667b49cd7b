import { describe, expect, test } from 'vitest'
import { float16ToFloat32 } from '../../src/util/float16.js'
import { quantize4, quantize8 } from './quantize.js'

/** Numbers like a layer's weights: many small ones, few large. */
function weights(count: number, seed = 1): Float32Array {
  let state = seed
  const random = () => {
    state = (Math.imul(state, 48271) >>> 0) % 2147483647
    return state / 2147483647 - 0.5
  }
  return Float32Array.from({ length: count }, () => random() + random() + random() + random())
}

const meanSquare = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0) / values.length

describe('q8', () => {
  test('is off by at most half a step of its row', () => {
    const rows = weights(8 * 40)
    const { data, scales } = quantize8(rows, 40)
    rows.forEach((weight, i) => {
      const scale = scales[Math.floor(i / 40)]!
      expect(Math.abs((data[i]! - 128) * scale - weight)).toBeLessThanOrEqual(scale * 0.5001)
    })
  })

  test('uses the symmetric range: the largest weight of a row is 1 or 255', () => {
    const { data } = quantize8(Float32Array.of(-2, 1, 0, 3, -1, 0), 3)
    expect([...data]).toEqual([1, 192, 128, 255, 86, 128])
  })

  test('keeps rows of zeros and of tiny numbers finite', () => {
    const { data, scales } = quantize8(Float32Array.of(0, 0, 1e-45, 0), 2)
    expect([...data]).toEqual([128, 128, 128, 128])
    expect(scales.every(scale => Number.isFinite(scale) && scale > 0)).toBe(true)
  })
})

describe('q4', () => {
  const dequantize = (data: Uint8Array, scales: Uint16Array) => {
    const steps = float16ToFloat32(scales)
    return Float32Array.from({ length: data.length * 2 }, (_, i) => {
      const nibble = (data[i >> 1]! >> (i % 2 ? 4 : 0)) & 15
      return (nibble - 8) * steps[Math.floor(i / 32)]!
    })
  }

  test('loses less than the plain rule of one step for the largest weight', () => {
    const rows = weights(64 * 32)
    const { data, scales } = quantize4(rows)
    const restored = dequantize(data, scales as Uint16Array)
    const plain = new Float32Array(rows.length)
    for (let start = 0; start < rows.length; start += 32) {
      const block = rows.subarray(start, start + 32)
      const step = Math.max(...block.map(Math.abs)) / 7
      block.forEach((weight, i) => {
        plain[start + i] = Math.round(weight / step) * step
      })
    }
    const loss = meanSquare(restored.map((value, i) => value - rows[i]!))
    const plainLoss = meanSquare(plain.map((value, i) => value - rows[i]!))
    expect(loss).toBeLessThan(0.9 * plainLoss)
  })

  test('puts the first of two weights into the low nibble', () => {
    const rows = new Float32Array(32)
    rows[0] = -8
    rows[1] = 7
    const { data, scales } = quantize4(rows)
    expect(float16ToFloat32(scales as Uint16Array)[0]).toBe(1)
    expect(data[0]).toBe(0xf0)
    expect(data[1]).toBe(0x88)
  })

  test('keeps blocks of zeros and of tiny numbers finite', () => {
    const { data, scales } = quantize4(new Float32Array(64).fill(1e-12, 32))
    expect([...data]).toEqual(new Array(32).fill(0x88))
    expect([...scales]).toEqual([0, 0])
  })
})
