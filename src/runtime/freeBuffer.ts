import type { Tensor } from 'onnxruntime-common'

/**
 * Gives the memory of numbers that nobody reads again back at once. V8 would let up to 64 MB of such arrays lie before it collects any: more than all else
 * that a worker holds. Where the engine cannot do it (Node 20), they wait for the collector.
 */
export function free({ buffer }: Float32Array): void {
  ;(buffer as Transferable).transfer?.(0)
}

/** Ends a tensor, on whatever device it lies. */
export function discard(tensor: Tensor): void {
  if (tensor.location === 'cpu') free(tensor.data as Float32Array)
  tensor.dispose()
}

/** ES2024. */
interface Transferable {
  transfer?(length: number): ArrayBuffer
}
