import type { Tensor } from 'onnxruntime-common'

/**
 * Frees the memory of an array that nobody reads again. V8 keeps up to 64 MB of such arrays before it collects any:
 * more than the rest of a worker's memory. Node 20 lacks the method; there the array waits for the garbage collector.
 */
export function freeBuffer({ buffer }: Float32Array): void {
  ;(buffer as Transferable).transfer?.(0)
}

/** Frees a tensor on any device. */
export function disposeTensor(tensor: Tensor): void {
  if (tensor.location === 'cpu') freeBuffer(tensor.data as Float32Array)
  tensor.dispose()
}

/** ES2024. */
interface Transferable {
  transfer?(length: number): ArrayBuffer
}
