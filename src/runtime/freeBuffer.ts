import type { Tensor } from 'onnxruntime-common'

/**
 * Frees the memory of an array that nobody reads again. V8 lets up to 64 MB of such arrays pile up, more than the rest
 * of a worker's memory. Node 20 lacks `transfer`; there the garbage collector frees the array.
 */
export function freeBuffer({ buffer }: Float32Array): void {
  ;(buffer as Transferable).transfer?.(0)
}

/** Frees a tensor on any device. */
export function disposeTensor(tensor: Tensor): void {
  if (tensor.location === 'cpu') freeBuffer(tensor.data as Float32Array)
  tensor.dispose()
}

/** `ArrayBuffer.transfer` of ES2024. */
interface Transferable {
  transfer?(length: number): ArrayBuffer
}
