import type { Precision } from '../api/models.js'
import type { Device } from '../api/ranking.js'
import type { Runtime } from './runtime.js'

export interface RuntimeOptions {
  device: 'auto' | 'webgpu' | 'wasm' | 'cpu'
  precision: 'auto' | Precision
  /** 0: all cores, at most 8. */
  threads: number
  /** Whether the weights are stored quantized, so that int8 arithmetic loses nothing more of them. */
  quantized: boolean
  /** Whether half precision is safe for the model: T5's feed-forward overflows in it. */
  allowsHalf: boolean
}

/** One way to compute, not yet begun. */
export interface RuntimePlan {
  device: Device
  precision: Precision
  /** The adapter, as far as the browser names it. Absent where no driver has a say: WASM. */
  adapter?: string
  open(): Promise<Runtime>
}
