import { expect, test } from 'vitest'
import type { Dialect } from '../model/dialect.js'
import { buildAnchor } from './anchor.js'
import { buildEncoderStage } from './encoder.js'
import type { OnnxGraph } from './onnx.js'
import { protobufFields } from './protobuf.js'
import { miniArchitecture, quantized, randomSource } from './testWeights.js'

/**
 * What a run costs that no noise changes. Each node is a step of its own, and on WASM with threads a point where they
 * meet: a change that adds some has to be worth it.
 */
const most: [Dialect, { encoder: number; products: number; anchor: number }][] = [
  [
    { device: 'wasm', precision: 'int8' },
    { encoder: 513, products: 36, anchor: 58 },
  ],
  // With the two of attention in each layer.
  [
    { device: 'wasm', precision: 'fp32' },
    { encoder: 283, products: 48, anchor: 23 },
  ],
  // Queries, keys and values are one product but in the last layer.
  [
    { device: 'webgpu', precision: 'fp32' },
    { encoder: 77, products: 26, anchor: 23 },
  ],
]
const PRODUCTS = new Set(['MatMulIntegerToFloat', 'MatMul', 'MatMulNBits'])

test.each(most)('the graphs of the shipped shape have no more nodes than they need, %o', (dialect, bounds) => {
  const source = quantized(randomSource(miniArchitecture), miniArchitecture, 'q8')
  const shape = { views: 4, firstView: 1 }
  const encoder = buildEncoderStage(source, miniArchitecture, shape, dialect, { from: 0, to: 6 })
  const operators = operatorsOf(encoder)
  const int8 = dialect.precision === 'int8'
  const products = operators.filter(op => PRODUCTS.has(op) && !(int8 && op === 'MatMul')).length
  const anchor = operatorsOf(buildAnchor(source, miniArchitecture, 4, dialect)).length
  expect(operators.length).toBeLessThanOrEqual(bounds.encoder)
  expect(products).toBe(bounds.products)
  expect(anchor).toBeLessThanOrEqual(bounds.anchor)
})

test('the weights of a q8 model are not expanded for the device: each takes about a byte', () => {
  const source = quantized(randomSource(miniArchitecture), miniArchitecture, 'q8')
  const { width, ffWidth, layers, vocabulary } = miniArchitecture
  const weights = vocabulary * width + layers * (4 * width * width + 2 * width * ffWidth)
  for (const [{ device, precision }] of most) {
    if (precision === 'fp32' && device === 'wasm') continue
    const graph = buildEncoderStage(
      source,
      miniArchitecture,
      { views: 4, firstView: 1 },
      { device, precision },
      { from: 0, to: 6 },
    )
    const bytes = graph.externalData.reduce((sum, { data }) => sum + data.length, graph.model.length)
    // Scales, norms, positions; on WebGPU the scales are repeated over blocks of 32.
    expect(bytes).toBeLessThan((device === 'webgpu' ? 1.25 : 1.15) * weights)
  }
})

function operatorsOf({ body }: OnnxGraph): string[] {
  const operators: string[] = []
  for (const { number, value } of protobufFields(body)) {
    if (number !== 1) continue
    for (const field of protobufFields(value as Uint8Array)) {
      if (field.number === 4) operators.push(new TextDecoder().decode(field.value as Uint8Array))
    }
  }
  return operators
}
