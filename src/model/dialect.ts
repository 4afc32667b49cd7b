import type { Precision } from '../api/models.js'

/**
 * Which operators a graph is written in. `cpu` is onnxruntime's own CPU provider (Node), which takes the same operators
 * as `wasm`.
 */
export interface Dialect {
  device: 'webgpu' | 'wasm'
  precision: Precision
}
