import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from '../e2e/test.js'
import { passages } from './passages.js'
import { writeResults } from './results.js'
import type * as Page from './wasmPage.js'

const ROUNDS = 5
const PASSAGES = 100

test('100 passages on WASM, beside transformers.js on a model of the same shape', async ({
  page,
  devOrigin,
  browser,
}) => {
  expect(
    existsSync('bench/peer/onnx/model.onnx'),
    'first run: python bench/make_peer.py public/models/mvp-mini bench/peer',
  ).toBe(true)
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  const lines = [
    `## Pairs per second on WASM`,
    '',
    `${PASSAGES} passages, median of ${ROUNDS} rounds in turns (least to most), ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}, onnxruntime-web 1.30.0, transformers.js 4.3.1; random weights in the peer, of MiniLM-L6's shape like ours. \`npm run bench\``,
    '',
    '| engine | 1 thread | 2 threads |',
    '|-|-|-|',
  ]
  const cells = new Map<string, string[]>()
  for (const threads of [1, 2]) {
    // A fresh page: onnxruntime's threads are fixed once it has started.
    await page.reload()
    const times = await page.evaluate(
      async ({ threads, list, rounds }) => {
        const url = '/bench/wasmPage.ts'
        const { compare } = (await import(url)) as typeof Page
        return compare(threads, list, rounds)
      },
      { threads, list: passages(PASSAGES), rounds: ROUNDS },
    )
    for (const { engine, ms } of times) {
      const rates = ms.map(value => (PASSAGES * 1000) / value).sort((a, b) => a - b)
      const cell = `${rates[rates.length >> 1]!.toFixed(1)} (${rates[0]!.toFixed(1)}–${rates.at(-1)!.toFixed(1)})`
      cells.set(engine, [...(cells.get(engine) ?? []), cell])
    }
  }
  for (const [engine, columns] of cells) lines.push(`| ${engine} | ${columns.join(' | ')} |`)
  writeResults('wasm', lines)
})
