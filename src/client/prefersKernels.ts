import type { CreateOptions } from '../api/ranking.js'

/**
 * Whether a page computes by our own kernels: with runtime `auto`, where onnxruntime would compute on WASM. They take
 * half of its time, and a page downloads no onnxruntime.
 */
export async function prefersKernels(options: CreateOptions): Promise<boolean> {
  const { runtime = 'auto', device = 'auto', precision = 'auto', createWorker, workerUrl } = options
  if (runtime !== 'auto' || createWorker || workerUrl || !['auto', 'int8'].includes(precision)) return false
  if (device !== 'auto') return device === 'wasm'
  const adapter = await navigator.gpu?.requestAdapter().catch(() => undefined)
  // As `isSoftware` in the worker has it: a CPU that emulates a GPU is slower than WASM.
  return !adapter || ((adapter.info as GPUAdapterInfo | undefined)?.isFallbackAdapter ?? false)
}
