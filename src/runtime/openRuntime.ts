import type { Device } from '../api/ranking.js'

/** A runtime on a device, as far as the service needs to know it. */
export interface OpenRuntime {
  readonly device: Device
  readonly threads: number
  /** Of onnxruntime. Absent if our own kernels compute. */
  readonly version?: string | undefined
  /** Resolves with the reason when the device is lost. Absent on devices that cannot be lost. */
  readonly lost?: Promise<string>
  dispose(): Promise<void>
}
