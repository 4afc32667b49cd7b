import type { Precision } from '../api/models.js'
import type { Device } from '../api/ranking.js'
import type { OpenRuntime } from './openRuntime.js'
import type { Runtime } from './runtime.js'

export interface RuntimeChoice {
  device: 'auto' | 'webgpu' | 'wasm' | 'cpu'
  precision: 'auto' | Precision
  /** 0: all cores, at most 8. */
  threads: number
}

export interface RuntimeOptions extends RuntimeChoice {
  /** Whether the weights are quantized, so int8 arithmetic loses little more precision. */
  quantized: boolean
  /** Whether half precision is safe for the model: T5's feed-forward overflows in it. */
  allowsHalf: boolean
}

/** A runtime that has yet to be opened. */
export interface RuntimePlan<Opened extends OpenRuntime = Runtime> {
  device: Device
  precision: Precision
  /** The GPU adapter, as far as the browser names it. Absent for CPUs. */
  adapter?: string | undefined
  open(): Promise<Opened>
}

/** Precisions to try on WASM or a CPU, best first. */
export function wasmPrecisions({ precision, quantized }: RuntimeOptions): Precision[] {
  if (precision === 'auto') return quantized ? ['int8', 'fp32'] : ['fp32']
  return precision === 'fp16' ? [] : [precision]
}
