import type { Flavour } from './webOrt.js'

/** Addresses of onnxruntime-web's loader and binary, for each flavour. */
export type OrtFiles = Record<Flavour, { mjs: string; wasm: string }>

/**
 * The files beside this module. Each address stands here in the one form that every bundler knows as that of a file to take along, wherever it
 * puts it and whatever it calls it then; so neither name nor folder may be computed. (Vite is told to leave them alone, in our own builds only.)
 */
export function ortFiles(): OrtFiles {
  return {
    jspi: {
      mjs: address(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.jspi.mjs', import.meta.url)),
      wasm: address(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.jspi.wasm', import.meta.url)),
    },
    asyncify: {
      mjs: address(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.asyncify.mjs', import.meta.url)),
      wasm: address(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.asyncify.wasm', import.meta.url)),
    },
    plain: {
      mjs: address(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.mjs', import.meta.url)),
      wasm: address(new URL(/* @vite-ignore */ './ort-wasm-simd-threaded.wasm', import.meta.url)),
    },
  }
}

/** Next.js puts an object in place of a URL that holds a path alone. */
function address(url: URL): string {
  return new URL(String(url), location.href).href
}
