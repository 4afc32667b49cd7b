import { openLibrary } from '../support/page.js'
import { ortFilesAsked } from '../support/policy.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

const PLAIN = ['/dist/ort-wasm-simd-threaded.mjs', '/dist/ort-wasm-simd-threaded.wasm']

// That WebGPU takes one build too, and which one, is in csp.wgpu.spec.ts.
for (const [device, why] of [
  ['wasm', 'WASM is asked for'],
  ['auto', 'the adapter is software'],
] as const) {
  test(`a browser with WebGPU downloads the build without it where ${why}`, async ({ page }) => {
    const server = await startServer()
    await openLibrary(page, `${server.origin}/blank.html`)
    const taken = (runtime: 'auto' | 'onnxruntime') =>
      page.evaluate(
        async ({ device, runtime }) => {
          const reranker = await window.library.createReranker({ model: '/models/bert-relu-q8/', device, runtime })
          await reranker.dispose()
          return reranker.info.device
        },
        { device, runtime },
      )
    // Our own kernels need no onnxruntime.
    expect(await taken('auto')).toBe('wasm')
    expect(ortFilesAsked(server)).toEqual([])
    expect(await taken('onnxruntime')).toBe('wasm')
    expect(ortFilesAsked(server)).toEqual(PLAIN)
    await server.close()
  })
}
