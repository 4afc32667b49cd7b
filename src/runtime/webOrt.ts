import type { OrtBuild, OrtFiles } from './ortFiles.js'
import type { Ort } from './runtime.js'

export function ortBuildFor(needsWebGpu: boolean): OrtBuild {
  if (!needsWebGpu) return 'plain'
  return 'Suspending' in WebAssembly ? 'jspi' : 'asyncify'
}

/**
 * Both builds that run WebGPU have one API; the plain one has its own, since a worker that steps down runs it beside
 * the other.
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
 * More than one thread needs SharedArrayBuffer, so a cross-origin isolated page. WebKitGTK has none even there.
 * @param asked 0: all cores, at most 8
 */
export function usableThreads(asked: number): number {
  if (!globalThis.crossOriginIsolated || !('SharedArrayBuffer' in globalThis)) return 1
  return Math.min(asked || navigator.hardwareConcurrency || 1, 8)
}
