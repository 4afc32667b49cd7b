import { cpus } from 'node:os'
import { pathToFileURL } from 'node:url'
import { test } from 'playwright/test'
import { median } from '../../demo/bench/benchRun.js'
import type { Reranker } from '../../src/api/ranking.js'
import { VERSION } from '../../src/api/version.js'
import { connectReranker } from '../../src/client/connectReranker.js'
import { allFamilies } from '../../src/engine/allFamilies.js'
import type { OrtFiles } from '../../src/runtime/ortFiles.js'
import { planWebRuntimes } from '../../src/runtime/webRuntimes.js'
import { EngineService } from '../../src/service/engineService.js'
import { buildOnnxParts } from '../../src/service/onnxParts.js'
import { FolderSource } from '../../src/store/folderSource.js'
import type { Connection } from '../../src/threads/connection.js'
import { writeResults } from '../support/results.js'
import type { Task } from './engines.js'
import { fixedTasks, mixedTasks, ROUNDS } from './tasks.js'

/**
 * Dawn, the WebGPU of Chromium, for Node. Not a dependency, of 132 MB: `npm install --no-save --ignore-scripts webgpu`.
 */
const DAWN = 'webgpu'
const MODELS = ['mvp-mini', 'mvp-mini-q4']
const PASSAGES = Number(process.env.BENCH_PASSAGES ?? 100)
/** Of the device, as its maker tells it, in TFLOP/s; without them the share of it is left out. */
const PEAK = { fp16: Number(process.env.GPU_PEAK_FP16), fp32: Number(process.env.GPU_PEAK_FP32) }
const TOKENS = 128

test('WebGPU on the graphics card of this machine, through Dawn in Node', async () => {
  const { create, globals } = await import(DAWN)
  const navigator = { gpu: create([]), hardwareConcurrency: cpus().length }
  Object.assign(globalThis, globals)
  // Dawn's binding refuses memory that threads share, and that of onnxruntime is.
  const { writeBuffer } = GPUQueue.prototype
  GPUQueue.prototype.writeBuffer = function (buffer, offset, data, ...part) {
    return writeBuffer.call(this, buffer, offset, (data as Uint8Array).slice(), ...part)
  }
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true })
  const mixed = await mixedTasks()
  const rows: string[] = []
  let adapter = ''
  for (const model of MODELS) {
    for (const precision of ['fp16', 'fp32'] as const) {
      const options = { device: 'webgpu', precision } as const
      const loading = connectReranker(connect, '', `public/models/${model}`, options, async () => ['onnxruntime'])
      const reranker = await loading.catch((error: Error) => error)
      if (reranker instanceof Error) {
        rows.push(`| ${model} | ${precision} | ${reranker.message} | | | | |`)
        continue
      }
      adapter = reranker.info.adapter!
      const { error, tolerance } = reranker.info.verdict
      const alone = await pairsPerSecond(reranker, fixedTasks(), false)
      const fused = await pairsPerSecond(reranker, mixed.tasks, undefined)
      await reranker.dispose()
      const peak = PEAK[precision] * 1e12
      const share = peak > 0 ? `${((100 * alone.rate * flopOfPrompt(TOKENS)) / peak).toFixed(1)} %` : ''
      rows.push(
        `| ${[model, precision, `${error.toPrecision(2)} of ${tolerance.toPrecision(2)}`, `${alone.first.toFixed(0)} ms`, alone.rate.toPrecision(3), share, fused.rate.toPrecision(3)].join(' | ')} |`,
      )
      console.log(rows.at(-1))
    }
  }
  // Dawn would keep the process alive.
  Reflect.deleteProperty(navigator, 'gpu')
  writeResults('gpu', [
    '## A real GPU',
    '',
    `WebGPU through Dawn in Node ${process.version}, mvp-rerank ${VERSION}; lists of ${PASSAGES}, medians of ${ROUNDS}. Adapter: ${adapter}. The mix: ${mixed.source}. \`npm install --no-save --ignore-scripts webgpu && GPU_PEAK_FP16=… GPU_PEAK_FP32=… npx playwright test -c bench gpu\``,
    '',
    `| model | precision | error of the self-check | first list, shaders compiled | pairs/s, ${TOKENS} tokens, scores alone | share of the peak | pairs/s, the mix, by default |`,
    '|-|-|-|-|-|-|-|',
    ...rows,
  ])
})

/** As in the browser's worker, in this thread. */
function connect(): Connection {
  const service = new EngineService({
    plan: options => planWebRuntimes(options, installedOrt()),
    build: buildOnnxParts,
    families: allFamilies,
    open: folder => new FolderSource(folder),
  })
  return { service, callback: callback => callback, onDeath: () => () => {}, close: () => service.dispose() }
}

function installedOrt(): OrtFiles {
  const files = (name: string) => {
    const url = pathToFileURL(`node_modules/onnxruntime-web/dist/ort-wasm-simd-threaded${name}`).href
    return { mjs: `${url}.mjs`, wasm: `${url}.wasm` }
  }
  return { jspi: files('.jspi'), asyncify: files('.asyncify'), plain: files('') }
}

/** `first`: ms of the first list, which is not counted otherwise. */
async function pairsPerSecond(
  reranker: Reranker,
  tasks: readonly Task[],
  fusion: false | undefined,
): Promise<{ first: number; rate: number }> {
  const times: number[] = []
  for (const { query, passages } of tasks) {
    const start = performance.now()
    await reranker.rank(query, passages.slice(0, PASSAGES), fusion === undefined ? {} : { fusion })
    times.push(performance.now() - start)
  }
  const [first, ...counted] = times
  return { first: first!, rate: (1000 * PASSAGES) / median(counted) }
}

/**
 * Multiplications and additions of MiniLM-L6 over a prompt of so many tokens: the products of matrices, all else is
 * small beside them.
 */
function flopOfPrompt(tokens: number): number {
  const [layers, width, inner] = [6, 384, 1536]
  return layers * tokens * 2 * (4 * width * width + 2 * width * inner + 2 * tokens * width)
}
