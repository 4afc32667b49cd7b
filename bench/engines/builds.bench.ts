import { cpus } from 'node:os'
import { serveGraphs } from '../../e2e/support/graphs.js'
import { test } from '../../e2e/support/test.js'
import { buildEncoderStage } from '../../src/graph/encoder.js'
import { miniArchitecture, quantized, randomSource } from '../../src/graph/testWeights.js'
import { writeResults } from '../support/results.js'

const BUILDS = {
  plain: 'ort.wasm.min.mjs',
  'WebGPU with JSPI': 'ort.jspi.min.mjs',
  'WebGPU with asyncify': 'ort.webgpu.min.mjs',
}
const LENGTH = 64
const PROMPTS = 8
const RUNS = 40

/** A run on WASM is suspended nowhere; what differs is the code that could be. */
test('the builds of onnxruntime-web, on WASM', async ({ page, browser }) => {
  const source = quantized(randomSource(miniArchitecture), miniArchitecture, 'q8')
  const dialect = { device: 'wasm', precision: 'int8' } as const
  const graph = buildEncoderStage(source, miniArchitecture, { views: 4, firstView: 1 }, dialect, { from: 0, to: 2 })
  const server = await serveGraphs(new Map([['stage', graph]]))
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(BUILDS).map(name => [name, []]))
  // In turns, each on a fresh page.
  for (let round = 0; round < 3; round++) {
    for (const [name, file] of Object.entries(BUILDS)) {
      await page.goto(server.origin)
      times[name]!.push(
        ...(await page.evaluate(
          async ({ file, length, prompts, runs }) => {
            const ort = await import(`/ort/${file}`)
            ort.env.wasm.wasmPaths = new URL('/ort/', location.href).href
            ort.env.wasm.numThreads = 1
            const session = await ort.InferenceSession.create('/graphs/stage', { executionProviders: ['wasm'] })
            const size = prompts * length
            const feeds = {
              input_ids: new ort.Tensor(
                'int64',
                BigInt64Array.from({ length: size }, (_, i) => BigInt(1000 + i)),
                [prompts, length],
              ),
              token_type_ids: new ort.Tensor('int64', new BigInt64Array(size), [prompts, length]),
              mask_bias: new ort.Tensor('float32', new Float32Array(size), [prompts, 1, 1, length]),
              rows: new ort.Tensor('int64', BigInt64Array.of(BigInt(length)), [1]),
            }
            const times: number[] = []
            for (let run = 0; run < runs; run++) {
              const start = performance.now()
              await session.run(feeds, ['hidden'])
              // V8 compiles WASM twice, and the first code is slow.
              if (run >= runs / 4) times.push(performance.now() - start)
            }
            return times
          },
          { file, length: LENGTH, prompts: PROMPTS, runs: RUNS },
        )),
      )
    }
  }
  server.close()
  const row = (name: string) => {
    const sorted = times[name]!.toSorted((a, b) => a - b)
    return `| ${name} | ${sorted[sorted.length >> 1]!.toFixed(1)} | ${sorted[0]!.toFixed(1)} |`
  }
  writeResults('builds', [
    "## onnxruntime-web's builds",
    '',
    `Two layers of MiniLM-L6's shape in int8 on WASM, ${PROMPTS} prompts of ${LENGTH} tokens, one thread, ms; ${cpus()[0]!.model.trim()}, Chromium ${browser.version()}. \`npx playwright test -c bench builds\``,
    '',
    '| build | median | least |',
    '|-|-|-|',
    ...Object.keys(BUILDS).map(row),
  ])
})
