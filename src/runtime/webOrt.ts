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
