/**
 * The three builds of onnxruntime-web. A page downloads one, and `plain` too if its GPU is refused. `jspi` and `asyncify` run WebGPU; `jspi` is smaller and
 * needs a browser that can suspend WebAssembly. `plain` runs WASM alone and is the smallest.
 */
export type OrtBuild = 'jspi' | 'asyncify' | 'plain'

/** Addresses of onnxruntime-web's loader and binary, for each build. */
export type OrtFiles = Record<OrtBuild, { mjs: string; wasm: string }>

/**
 * The files beside this module. Each address stands here in the one form that every bundler knows as that of a file to take along, wherever it
 * puts it and whatever it calls it then; so neither name nor folder may be computed. (Vite is told to leave them alone, in our own builds only.)
 */
export function ortFiles(): OrtFiles {
  return {
    jspi: {
      mjs: new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.jspi.mjs', import.meta.url).href,
      wasm: new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.jspi.wasm', import.meta.url).href,
    },
    asyncify: {
      mjs: new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.asyncify.mjs', import.meta.url).href,
      wasm: new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.asyncify.wasm', import.meta.url).href,
    },
    plain: {
      mjs: new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.mjs', import.meta.url).href,
      wasm: new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.wasm', import.meta.url).href,
    },
  }
}
