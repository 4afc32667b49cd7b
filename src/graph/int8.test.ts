import { describe, expect, test } from 'vitest'
import type { Weight } from '../model/tensors.js'
import { hasExactSignedProducts } from '../runtime/signedProducts.js'
import { Layers } from './layers.js'
import { GraphBuilder } from './onnx.js'
import { createSession, runtimes } from './testing.js'

/** Full range on both sides: where an implementation adds pairs of products in 16 bits, these saturate. */
const patterns: [string, (i: number) => number][] = [
  ['all at the positive end', () => 127],
  ['all at the negative end', () => -127],
  ['random', i => (((i * 2654435761) >>> 8) % 255) - 127],
]

describe.each(Object.entries(runtimes))('%s', (_, ort) => {
  test.each(patterns)('int8 products are exact: %s', async (_, pattern) => exact(pattern, false))

  test.each(patterns)('and where weights are signed, on a machine that can: %s', async (_, pattern) => {
    if (await hasExactSignedProducts(ort)) await exact(pattern, true)
  })

  async function exact(pattern: (i: number) => number, signedWeights: boolean) {
    for (const [rows, inputs, outputs] of [
      [1, 32, 16],
      [5, 384, 48],
      [17, 3072, 33],
    ] as const) {
      const x = Float32Array.from({ length: rows * inputs }, (_, i) => (i % inputs === 0 ? 127 : pattern(i)))
      const w = Float32Array.from({ length: outputs * inputs }, (_, i) => pattern(i + 1))
      const y = await product(x, w, rows, inputs, outputs, undefined, signedWeights)
      for (let row = 0; row < rows; row++) {
        for (let output = 0; output < outputs; output++) {
          let sum = 0
          for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * w[output * inputs + i]!
          expect(y[row * outputs + output]).toBe(Math.fround(sum))
        }
      }
    }
  }

  test.each([0, -64])('and where no input is below %d', async least => {
    const [rows, inputs, outputs] = [5, 1536, 33]
    const x = Float32Array.from({ length: rows * inputs }, (_, i) => least + (i % 3 ? 255 : (i * 7) % 256))
    for (const sign of [1, -1]) {
      const w = Float32Array.from({ length: outputs * inputs }, (_, i) => sign * (i % 5 ? 127 : i % 128))
      const y = await product(x, w, rows, inputs, outputs, least)
      for (let at = 0; at < y.length; at++) {
        const row = Math.floor(at / outputs) * inputs
        const output = (at % outputs) * inputs
        let sum = 0
        let sumOfWeights = 0
        for (let i = 0; i < inputs; i++) {
          sum += (x[row + i]! - least) * w[output + i]!
          sumOfWeights += w[output + i]!
        }
        expect(y[at]).toBe(Math.fround(Math.fround(sum) + Math.fround(least * sumOfWeights)))
      }
    }
  })

  async function product(
    x: Float32Array,
    w: Float32Array,
    rows: number,
    inputs: number,
    outputs: number,
    least: number | undefined,
    signedWeights = false,
  ) {
    const weight: Weight = {
      kind: 'q8',
      shape: [outputs, inputs],
      data: Uint8Array.from(w, value => value + 128),
      scales: new Float32Array(outputs).fill(1),
    }
    const graph = new GraphBuilder('product')
    const source = { has: () => true, get: () => weight }
    const layers = new Layers(graph, source, { device: 'wasm', precision: 'int8', signedWeights })
    graph.input('x', 'float32', ['rows', inputs])
    graph.output('y', 'float32', ['rows', outputs])
    graph.node('Identity', [layers.linear('x', ['w'], () => '', undefined, least)], {}, 'y')
    const session = await createSession(ort, graph.finish())
    const { y } = await session.run({ x: new ort.Tensor('float32', x, [rows, inputs]) })
    return y!.data as Float32Array
  }
})
