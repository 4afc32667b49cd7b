import type * as OrtCommon from 'onnxruntime-common'
import { RerankError } from '../errors.js'

export type Ort = Pick<typeof OrtCommon, 'InferenceSession' | 'Tensor' | 'env'>

/**
 * onnxruntime-web comes in three builds; only one is downloaded. jspi and asyncify run WebGPU and WASM, jspi is the smaller and needs a browser
 * that can suspend WebAssembly. plain runs WASM alone and is the smallest.
 */
export type Flavour = 'jspi' | 'asyncify' | 'plain'

export function flavourFor(needsWebGpu: boolean): Flavour {
  if (!needsWebGpu) return 'plain'
  return 'Suspending' in WebAssembly ? 'jspi' : 'asyncify'
}

const binaries: Record<Flavour, string> = {
  jspi: 'ort-wasm-simd-threaded.jspi',
  asyncify: 'ort-wasm-simd-threaded.asyncify',
  plain: 'ort-wasm-simd-threaded',
}

/** @param base URL of the folder that holds onnxruntime-web's .mjs and .wasm files */
export async function loadWebOrt(flavour: Flavour, threads: number, base: URL): Promise<Ort> {
  try {
    const ort = (await importOrt(flavour)) as Ort
    ort.env.wasm.wasmPaths = {
      mjs: new URL(`${binaries[flavour]}.mjs`, base).href,
      wasm: new URL(`${binaries[flavour]}.wasm`, base).href,
    }
    ort.env.wasm.numThreads = threads
    ort.env.wasm.proxy = false
    return ort
  } catch (cause) {
    throw new RerankError('runtime-failed', `onnxruntime-web (${flavour}) could not be loaded from ${base.href}.`, {
      cause,
    })
  }
}

function importOrt(flavour: Flavour): Promise<unknown> {
  if (flavour === 'jspi') return import('onnxruntime-web/jspi')
  if (flavour === 'asyncify') return import('onnxruntime-web/webgpu')
  return import('onnxruntime-web/wasm')
}

/** More than one thread needs SharedArrayBuffer, so a cross-origin isolated page. */
export function usableThreads(asked: number): number {
  if (!globalThis.crossOriginIsolated) return 1
  return Math.min(asked || navigator.hardwareConcurrency || 1, 8)
}
