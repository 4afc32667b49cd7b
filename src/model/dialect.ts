import type { Precision } from '../api/models.js'

/**
 * The operators that a graph uses. The device `cpu`, onnxruntime's CPU provider in Node, takes those of `wasm`.
 */
export interface Dialect {
  device: 'webgpu' | 'wasm'
  precision: Precision
}
