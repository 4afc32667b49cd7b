import { expect, test } from 'vitest'
import { float16ToFloat32, float32ToFloat16 } from './float16.js'

test('every half precision number survives the way to single precision and back', () => {
  const halves = Uint16Array.from({ length: 65536 }, (_, bits) => bits)
  const floats = float16ToFloat32(halves)
  const changed = [...halves].filter(bits => !Number.isNaN(floats[bits]) && float32ToFloat16(floats[bits]!) !== bits)
  expect(changed).toEqual([])
  expect(floats[0x3c00]).toBe(1)
  expect(floats[0x0001]).toBe(2 ** -24)
  expect(floats[0xfbff]).toBe(-65504)
  expect(floats[0x7c00]).toBe(Number.POSITIVE_INFINITY)
})

test('rounds to the nearest, ties to even', () => {
  expect(float32ToFloat16(1 + 2 ** -11)).toBe(0x3c00)
  expect(float32ToFloat16(1 + 3 * 2 ** -11)).toBe(0x3c02)
  expect(float32ToFloat16(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01)
  expect(float32ToFloat16(65519)).toBe(0x7bff)
  expect(float32ToFloat16(65520)).toBe(0x7c00)
  expect(float32ToFloat16(1e9)).toBe(0x7c00)
  expect(float32ToFloat16(2 ** -25)).toBe(0)
  expect(float32ToFloat16(1.5 * 2 ** -24)).toBe(2)
  expect(float16ToFloat32(Uint16Array.of(float32ToFloat16(Number.NaN)))[0]).toBeNaN()
})
