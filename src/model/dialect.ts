import type { Precision } from '../api/models.js'

/**
 * The operators that a graph uses. The device `cpu`, onnxruntime's CPU provider in Node, takes those of `wasm`.
 */
export interface Dialect {
  device: 'webgpu' | 'wasm'
  precision: Precision
  /**
   * Whether weights of int8 are signed bytes. It takes instructions that multiply these by unsigned ones exactly, and
   * then goes about three times as fast; elsewhere sums of two products saturate.
   */
  signedWeights?: boolean
}
