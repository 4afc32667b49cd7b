import { existsSync, readFileSync } from 'node:fs'
import { launchOptions } from '../../e2e/support/chromium.js'
import { runOnGpu, serveGraphs, type WireTensor } from '../../e2e/support/graphs.js'
import { expect, test } from '../../e2e/support/test.js'
import { buildEncoderStage, maskValue } from '../../src/graph/encoder.js'
import type { OnnxGraph } from '../../src/graph/onnx.js'
import { miniArchitecture, quantized, randomSource } from '../../src/graph/testWeights.js'
import { writeResults } from '../support/results.js'

test.use({ launchOptions: launchOptions(true) })

const LENGTH = 64

/** Counts, not times: a software GPU is enough. */
test('dispatches of a batch on WebGPU, beside those of the graph that transformers.js runs', async ({ page }) => {
  const PEER = 'bench/peer/onnx/model.onnx'
  expect(existsSync(PEER), 'first run: python bench/engines/make_peer.py public/models/mvp-mini bench/peer').toBe(true)
  const graphs = new Map<string, OnnxGraph | Uint8Array>([['peer', readFileSync(PEER)]])
  const server = await serveGraphs(graphs)
  await page.goto(server.origin)
  const line = (values: number[]): WireTensor => ({ type: 'int64', shape: [1, values.length], values })
  const ids = line(Array.from({ length: LENGTH }, (_, i) => 1000 + i))
  const zeros = line(ids.values.map(() => 0))
  const peer = await runOnGpu(page, 'peer', {
    input_ids: ids,
    attention_mask: line(ids.values.map(() => 1)),
    token_type_ids: zeros,
  })
  const dialect = { device: 'webgpu', precision: 'fp32' } as const
  const source = quantized(randomSource(miniArchitecture), miniArchitecture, 'q8')
  const shape = { views: 4, firstView: 1 }
  const stages: Awaited<ReturnType<typeof runOnGpu>>[] = []
  let hidden: WireTensor | undefined
  for (const [from, to] of [
    [0, 2],
    [2, 4],
    [4, 6],
  ] as const) {
    graphs.set(`${from}-${to}`, buildEncoderStage(source, miniArchitecture, shape, dialect, { from, to }))
    const mask = new Array<number>(LENGTH).fill(0).map((_, i) => (i < LENGTH - 3 ? 0 : maskValue(dialect)))
    const run = await runOnGpu(page, `${from}-${to}`, {
      ...(hidden ? { hidden_in: hidden } : { input_ids: ids, token_type_ids: zeros }),
      mask_bias: { type: 'float32', shape: [1, 1, 1, LENGTH], values: mask },
      rows: { type: 'int64', shape: [1], values: [to === 6 ? 5 : LENGTH] },
    })
    hidden = run.outputs.hidden!
    stages.push(run)
  }
  server.close()
  const sum = (of: 'dispatches' | 'uploads' | 'shaders') => {
    const parts = stages.map(stage => stage[of])
    return { all: parts.reduce((a, b) => a + b), text: parts.join(' + ') }
  }
  const rows = (['dispatches', 'uploads', 'shaders'] as const).map(of => ({ of, ours: sum(of), theirs: peer[of] }))
  writeResults('dispatches', [
    '## What a batch asks of WebGPU',
    '',
    `Subgroups off, a batch of ${LENGTH} tokens, the shape of MiniLM-L6, q8 in three stages beside what transformers.js runs on WebGPU by default (fp32). Dispatches and uploads (\`writeBuffer\`) of a run after the first; shaders compiled in the first runs, one after the other. \`npx playwright test -c bench dispatches\``,
    '',
    '| | mvp-rerank | transformers.js |',
    '|-|-|-|',
    ...rows.map(({ of, ours, theirs }) => `| ${of} | ${ours.all} (${ours.text}) | ${theirs} |`),
  ])
  expect(sum('dispatches').all).toBeLessThanOrEqual(peer.dispatches / 2)
})
