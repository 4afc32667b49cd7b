import type * as OrtCommon from 'onnxruntime-common'
import type { OrtFiles } from './ortFiles.js'

export type Ort = Pick<typeof OrtCommon, 'InferenceSession' | 'Tensor' | 'env'>

/**
 * onnxruntime-web comes in three builds; only one is downloaded, and plain too where a GPU is refused. jspi and asyncify run WebGPU, jspi is the smaller
 * and needs a browser that can suspend WebAssembly. plain runs WASM alone and is the smallest.
 */
export type Flavour = 'jspi' | 'asyncify' | 'plain'

export function flavourFor(needsWebGpu: boolean): Flavour {
  if (!needsWebGpu) return 'plain'
  return 'Suspending' in WebAssembly ? 'jspi' : 'asyncify'
}

/** Both builds that run WebGPU have one API; the plain one has its own, since a worker that steps down runs it beside the other. */
export async function loadWebOrt(flavour: Flavour, threads: number, files: OrtFiles): Promise<Ort> {
  const api = flavour === 'plain' ? import('onnxruntime-web/wasm') : import('onnxruntime-web/webgpu')
  const ort = (await api) as unknown as Ort
  ort.env.wasm.wasmPaths = files[flavour]
  ort.env.wasm.numThreads = threads
  ort.env.wasm.proxy = false
  return ort
}

/**
 * More than one thread needs SharedArrayBuffer, so a cross-origin isolated page. WebKitGTK has none even there.
 * @param asked 0: all cores, at most 8
 */
export function usableThreads(asked: number): number {
  if (!globalThis.crossOriginIsolated || !('SharedArrayBuffer' in globalThis)) return 1
  return Math.min(asked || navigator.hardwareConcurrency || 1, 8)
}
