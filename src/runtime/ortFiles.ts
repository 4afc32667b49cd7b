import { fileAddress } from '../util/fileAddress.js'

/**
 * The three builds of onnxruntime-web. A page downloads one, and `plain` too if its GPU is refused. `jspi` and
 * `asyncify` run WebGPU; `jspi` is smaller but needs a browser that can suspend WebAssembly. `plain` runs only WASM and
 * is the smallest.
 */
export type OrtBuild = 'jspi' | 'asyncify' | 'plain'

/** Addresses of onnxruntime-web's loader and binary, for each build. */
export type OrtFiles = Record<OrtBuild, { mjs: string; wasm: string }>

/**
 * The files beside this module. Each address has the literal form in which every bundler recognizes a file to copy and
 * rename, so neither name nor folder may be computed. (Our own builds tell Vite to ignore them.)
 */
export function ortFiles(): OrtFiles {
  return {
    jspi: {
      mjs: fileAddress(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.jspi.mjs', import.meta.url)),
      wasm: fileAddress(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.jspi.wasm', import.meta.url)),
    },
    asyncify: {
      mjs: fileAddress(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.asyncify.mjs', import.meta.url)),
      wasm: fileAddress(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.asyncify.wasm', import.meta.url)),
    },
    plain: {
      mjs: fileAddress(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.mjs', import.meta.url)),
      wasm: fileAddress(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.wasm', import.meta.url)),
    },
  }
}
