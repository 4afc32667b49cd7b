import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TensorSource, Weight } from '../model/tensors.js'
import { Matrices } from './matrices.js'
import type { OpenKernels } from './openKernels.js'
import { testKernels } from './testing.js'

const open = await testKernels()

/** Full range on both sides: if a product added these in 16 bits, they would not fit. */
const patterns: [string, (i: number) => number][] = [
  ['all at the positive end', () => 127],
  ['all at the negative end', () => -127],
  ['zero', () => 0],
  ['random', i => (((i * 2654435761) >>> 8) % 255) - 127],
]

test.each(patterns)('adds integers exactly: weights %s', (_, weights) => {
  for (const [rows, inputs, outputs] of [
    [1, 4, 1],
    [3, 20, 9],
    [5, 384, 48],
    [17, 3072, 33],
  ] as const) {
    for (const inSteps of [() => 127, () => 0, (i: number) => (i * 40503) % 128]) {
      const x = Uint8Array.from({ length: rows * inputs }, (_, i) => inSteps(i))
      const w = Int8Array.from({ length: outputs * inputs }, (_, i) => weights(i))
      expect(product(open, x, w, rows, inputs, outputs)).toEqual(sums(x, w, rows, inputs, outputs))
    }
  }
})

test('of any shape', () => {
  const side = fc.integer({ min: 1, max: 70 })
  fc.assert(
    fc.property(side, side, side, fc.nat(), (rows, inputs, outputs, seed) => {
      const number = (i: number) => Math.imul(i + seed, 2654435761) >>> 8
      const x = Uint8Array.from({ length: rows * inputs }, (_, i) => number(i) % 128)
      const w = Int8Array.from({ length: outputs * inputs }, (_, i) => (number(i + 7) % 255) - 127)
      expect(product(open, x, w, rows, inputs, outputs)).toEqual(sums(x, w, rows, inputs, outputs))
    }),
    { numRuns: 60 },
  )
})

test.each([12, 300])('scales spans and outputs, adds the bias, of %i inputs', inputs => {
  const { kernels, heap } = open
  const outputs = 5
  const span = kernels.SPAN.value
  const scales = Float32Array.from({ length: outputs }, (_, i) => 0.01 * (i + 1))
  const bias = Float32Array.from({ length: outputs }, (_, i) => i - 2)
  const data = Uint8Array.from({ length: outputs * inputs }, (_, i) => 1 + ((i * 37) % 255))
  const source: TensorSource = {
    has: () => true,
    get: (name: string) =>
      name === 'w.weight'
        ? { kind: 'q8', shape: [outputs, inputs], data, scales }
        : { kind: 'fp32', shape: [outputs], data: bias },
  }
  const { end } = heap
  const matrix = new Matrices(kernels, heap, source).place('w', { bias: true, factor: 2 })
  // The last number is large; only those of its span pay for it.
  const x = Float32Array.from({ length: inputs }, (_, i) => (i === inputs - 1 ? 100 : Math.sin(i) * 3 + 2))
  const quantized = heap.allocate(4 * kernels.rounded(inputs) * kernels.INPUT_BYTES.value)
  const steps = heap.allocate(4 * kernels.stepBytes(inputs))
  const y = heap.allocate(4 * kernels.rounded(outputs) * 4)
  kernels.quantizeRow(heap.writeFloats(x), inputs, quantized, steps)
  kernels.product(quantized, steps, 1, inputs, matrix, outputs, y)
  const got = heap.floats(y, outputs)
  for (let output = 0; output < outputs; output++) {
    let sum = bias[output]! * 2
    let bound = 1e-3
    for (let i = 0; i < inputs; i++) {
      const weight = (data[output * inputs + i]! - 128) * scales[output]! * 2
      sum += x[i]! * weight
      const isBesideLarge = Math.floor(i / span) === Math.floor((inputs - 1) / span)
      // Half a step of each input, times its weight.
      bound += ((isBesideLarge ? 101 : 6) / 127 / 2) * Math.abs(weight)
    }
    expect(Math.abs(got[output]! - sum)).toBeLessThan(bound)
  }
  // Later allocations expect zeros.
  heap.bytes(end, heap.end - end).fill(0)
  heap.release(end)
})

test('fitted weights: sums in 16 bits are exact, and no weight moves by more than its new step', () => {
  const side = fc.integer({ min: 1, max: 70 })
  fc.assert(
    fc.property(side, side, side, fc.constantFrom(20, 60, 100, 127), fc.nat(), (rows, inputs, outputs, most, seed) => {
      const number = (i: number) => Math.imul(i + seed, 2654435761) >>> 8
      // All at the upper end: whatever does not fit 16 bits shows.
      const x = new Uint8Array(rows * inputs).fill(127)
      const w = Int8Array.from({ length: outputs * inputs }, (_, i) => (number(i + 7) % (2 * most + 1)) - most)
      const shares = Array.from({ length: outputs }, (_, output) =>
        share(w.subarray(output * inputs, (output + 1) * inputs)),
      )
      const fitted = w.map((weight, i) => nearest(Math.fround(weight * shares[Math.floor(i / inputs)]!)))
      const whole = sums(x, fitted, rows, inputs, outputs)
      const expected = whole.map((sum, i) => sum / shares[i % outputs]!)
      const found = product(open, x, w, rows, inputs, outputs, true)
      found.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(1e-6 * Math.abs(expected[i]!))
      })
    }),
    { numRuns: 60 },
  )
})

/** By how much an output's weights are scaled: of every 8 inputs, 0, 1, 4, 5 and 2, 3, 6, 7 are added in 16 bits. */
function share(weights: Int8Array): number {
  const groups = new Map<number, [above: number, below: number]>()
  weights.forEach((weight, i) => {
    const key = 2 * (i >> 3) + ((i >> 1) & 1)
    const [above, below] = groups.get(key) ?? [0, 0]
    groups.set(key, [above + Math.max(weight, 0), below - Math.min(weight, 0)])
  })
  const largest = Math.max(...[...groups.values()].flat())
  return largest <= 258 ? 1 : Math.fround(256 / largest)
}

/** As WebAssembly's `nearest`: halves to even. */
function nearest(value: number): number {
  const rounded = Math.round(value)
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}

/** Of inputs in steps of 1 from 0. */
function product(
  { kernels, heap }: OpenKernels,
  x: Uint8Array,
  w: Int8Array,
  rows: number,
  inputs: number,
  outputs: number,
  fits = false,
): number[] {
  const { end } = heap
  const data = Uint8Array.from(w, value => value + 128)
  const scales = new Float32Array(outputs).fill(1)
  const weight: Weight = { kind: 'q8', shape: [outputs, inputs], data, scales }
  const matrix = new Matrices(kernels, heap, { has: () => true, get: () => weight }, fits).place('w')
  const bytes = kernels.INPUT_BYTES.value
  const line = kernels.rounded(inputs) * bytes
  const tiled = Math.ceil(rows / 4) * 4
  const quantized = heap.allocate(tiled * line)
  x.forEach((value, i) => {
    heap.bytes(quantized + Math.floor(i / inputs) * line + (i % inputs) * bytes, 1)[0] = value
  })
  const words = (tiled * kernels.stepBytes(inputs)) / 4
  const steps = heap.allocate(words * 4)
  heap.floats(steps, words).set(Array.from({ length: words }, (_, i) => 1 - (i % 2)))
  const across = kernels.rounded(outputs)
  const y = heap.allocate(tiled * across * 4)
  const results = [true, false].map(oneInstruction => {
    kernels.setDotProduct(oneInstruction)
    const call = fits ? kernels.fittedProduct : kernels.product
    call(quantized, steps, rows, inputs, matrix, outputs, y)
    return Array.from({ length: rows }, (_, row) => [...heap.floats(y + row * across * 4, outputs)]).flat()
  })
  expect(results[1]).toEqual(results[0])
  // Later allocations expect zeros.
  heap.bytes(end, heap.end - end).fill(0)
  heap.release(end)
  return results[0]!
}

function sums(x: Uint8Array, w: Int8Array, rows: number, inputs: number, outputs: number): number[] {
  const result = []
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < outputs; output++) {
      let sum = 0
      for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * w[output * inputs + i]!
      // Adding nothing turns -0 into 0, as the kernel does.
      result.push(Math.fround(sum) + 0)
    }
  }
  return result
}
