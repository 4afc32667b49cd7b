import type { OrtBuild, OrtFiles } from './ortFiles.js'
import type { Ort } from './runtime.js'

export function ortBuildFor(needsWebGpu: boolean): OrtBuild {
  if (!needsWebGpu) return 'plain'
  return 'Suspending' in WebAssembly ? 'jspi' : 'asyncify'
}

/**
 * Loads onnxruntime-web. The two WebGPU builds share one instance of its API. The plain build has another, because a
 * worker that steps down runs it beside the first.
 */
export async function loadWebOrt(build: OrtBuild, threads: number, files: OrtFiles): Promise<Ort> {
  const api = build === 'plain' ? import('onnxruntime-web/wasm') : import('onnxruntime-web/webgpu')
  const ort = (await api) as unknown as Ort
  ort.env.wasm.wasmPaths = files[build]
  ort.env.wasm.numThreads = threads
  ort.env.wasm.proxy = false
  return ort
}

/**
 * The number of threads that can run. More than one needs SharedArrayBuffer and so a cross-origin isolated page.
 * WebKitGTK has no SharedArrayBuffer even there.
 * @param asked 0: all cores, at most 8
 */
export function usableThreads(asked: number): number {
  if (!globalThis.crossOriginIsolated || !('SharedArrayBuffer' in globalThis)) return 1
  return Math.min(asked || navigator.hardwareConcurrency || 1, 8)
}
