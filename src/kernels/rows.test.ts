import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testKernels } from './testing.js'

const { kernels, heap } = await testKernels()

/** A multiple of 4 numbers. */
const rows = (most: number, maxLength = 100) =>
  fc
    .array(fc.float({ min: -most, max: most, noNaN: true }), { minLength: 4, maxLength, size: 'max' })
    .map(values => Float32Array.from(values.slice(0, values.length - (values.length % 4))))

/** Runs `kernel` on a row and returns what it writes. */
function onRow(x: Float32Array, kernel: (from: number, to: number) => void): Float32Array {
  const { end } = heap
  const from = heap.writeFloats(x)
  const to = heap.allocate(x.byteLength)
  kernel(from, to)
  heap.release(end)
  return heap.floats(to, x.length).slice()
}

test('2ˣ is exact to a few units of the last place', () => {
  const x = Float32Array.from({ length: 4000 }, (_, i) => -126 + (252 * i) / 3999)
  const y = onRow(x, (from, to) => kernels.exp2Row(from, x.length, to))
  x.forEach((value, i) => {
    expect(Math.abs(y[i]! / 2 ** value - 1)).toBeLessThan(4e-7)
  })
})

test('the logistic function, for any number', () => {
  const x = Float32Array.of(-1e30, -200, -30, -1, 0, 1, 30, 200, 1e30, 0.5, -0.5, 12)
  const y = onRow(x, (from, to) => kernels.logistic2Row(from, x.length, to))
  x.forEach((value, i) => {
    expect(Math.abs(y[i]! - 1 / (1 + 2 ** -value))).toBeLessThan(1e-6)
  })
})

test('GELU in its tanh form', () => {
  const x = Float32Array.from({ length: 2000 }, (_, i) => -12 + (24 * i) / 1999)
  const y = onRow(x, (_, to) => {
    heap.floats(to, x.length).set(x)
    kernels.geluInPlace(to, x.length)
  })
  x.forEach((value, i) => {
    const exact = 0.5 * value * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3)))
    expect(Math.abs(y[i]! - exact)).toBeLessThan(3e-6)
  })
})

test('each span of a row in 7 bits is off by half a step at most', () => {
  const span = kernels.SPAN.value
  fc.assert(
    fc.property(rows(1000, 2.5 * span), x => {
      const { end } = heap
      const from = heap.writeFloats(x)
      const bytes = kernels.INPUT_BYTES.value
      const to = heap.allocate(x.length * bytes + 64)
      const steps = heap.allocate(kernels.stepBytes(x.length))
      kernels.quantizeRow(from, x.length, to, steps)
      for (let start = 0; start < x.length; start += span) {
        const values = x.subarray(start, start + span)
        const step = heap.floats(steps + (start / span) * 8, 1)[0]!
        const zero = heap.integers(steps + (start / span) * 8 + 4, 1)[0]!
        expect(step).toBeCloseTo((Math.max(...values, 0) - Math.min(...values, 0)) / 127, 3)
        values.forEach((value, i) => {
          const inSteps = heap.bytes(to + (start + i) * bytes, 1)[0]!
          expect(inSteps).toBeLessThanOrEqual(127)
          expect(Math.abs((inSteps - zero) * step - value)).toBeLessThanOrEqual(step * 0.5001 + 1e-30)
        })
      }
      heap.release(end)
    }),
    // The zero point is half a step away: the upper end would round to 128.
    { examples: [[Float32Array.of(-0.5, 126.5, 0, 1)]] },
  )
})

test('layer norms, also of equal numbers', () => {
  fc.assert(
    fc.property(rows(50), x => {
      const size = x.length
      const parameters = Float32Array.from({ length: 2 * size }, (_, i) => (i < size ? 1 + i / 10 : i - size))
      const y = onRow(x, (from, to) => kernels.norm(from, to, size, heap.writeFloats(parameters), 1e-5))
      const mean = x.reduce((sum, value) => sum + value, 0) / size
      const variance = x.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size
      y.forEach((value, i) => {
        const exact = ((x[i]! - mean) / Math.sqrt(variance + 1e-5)) * parameters[i]! + parameters[size + i]!
        expect(Math.abs(value - exact)).toBeLessThan(1e-3 * (1 + Math.abs(exact)))
      })
    }),
  )
})

test('weights of a softmax add up to 1, and padding has none', () => {
  for (const count of [1, 2, 5, 8, 100]) {
    const padded = Math.ceil(count / 4) * 4
    const x = Float32Array.from({ length: padded }, (_, i) => (i * 37) % 11)
    const y = onRow(x, (from, to) => {
      heap.floats(to, padded).set(heap.floats(from, padded))
      kernels.softmax(to, count, padded)
    })
    const exact = [...x.subarray(0, count)].map(value => 2 ** value)
    const total = exact.reduce((sum, value) => sum + value, 0)
    exact.forEach((value, i) => {
      expect(Math.abs(y[i]! - value / total)).toBeLessThan(1e-6)
    })
    for (const value of y.subarray(count)) expect(value).toBeLessThan(1e-30)
  }
})

test('no weight of a softmax is so small that it loses digits', () => {
  // x86 takes a hundred cycles for each such number.
  const x = Float32Array.from({ length: 80 }, (_, i) => (i === 0 ? 0 : -50 * (i % 4)))
  const y = onRow(x, (_, to) => {
    heap.floats(to, x.length).set(x)
    kernels.softmax(to, 77, x.length)
  })
  expect(Math.min(...y)).toBeGreaterThan(2 ** -126)
})

test('products of floats, of any number of rows', () => {
  const side = fc.integer({ min: 1, max: 20 })
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 6 }), (count, k, quarters) => {
      const columns = quarters * 4
      const { end } = heap
      const a = Float32Array.from({ length: count * k }, (_, i) => Math.sin(i))
      const b = Float32Array.from({ length: k * columns }, (_, i) => Math.cos(i))
      const [from, by] = [heap.writeFloats(a), heap.writeFloats(b)]
      const to = heap.allocate(count * columns * 4)
      kernels.floatProduct(from, k * 4, count, k, by, columns * 4, columns, to, columns * 4)
      const y = heap.floats(to, count * columns)
      for (let row = 0; row < count; row++) {
        for (let column = 0; column < columns; column++) {
          let sum = 0
          for (let i = 0; i < k; i++) sum += a[row * k + i]! * b[i * columns + column]!
          expect(Math.abs(y[row * columns + column]! - sum)).toBeLessThan(1e-5)
        }
      }
      heap.release(end)
    }),
  )
})
