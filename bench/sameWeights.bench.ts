import { existsSync } from 'node:fs'
import { cpus } from 'node:os'
import { expect, test } from '../e2e/test.js'
import { convert } from '../models/convert/convert.js'
import { kendallTau } from '../models/convert/kendall.js'
import { passages } from './passages.js'
import { writeResults } from './results.js'
import type * as Page from './sameWeightsPage.js'

const ROUNDS = 5
const PASSAGES = 100
const PEER = 'bench/peer'

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!

test.beforeAll(async () => {
  expect(existsSync(`${PEER}/onnx/model.onnx`), `first: python bench/make_peer.py public/models/mvp-mini ${PEER}`).toBe(
    true,
  )
  for (const dtype of ['q8', 'fp32'] as const) {
    await convert(PEER, { out: `${PEER}/${dtype}`, dtype, force: true, license: 'none: random' })
  }
})

test('one cross-encoder in both engines: the same scores, and how fast', async ({ page, devOrigin, browser }) => {
  await page.goto(`${devOrigin}/e2e/pages/blank.html`)
  const measure = async (setting: Page.Setting) => {
    // A fresh page: onnxruntime's threads are fixed once it has started.
    await page.reload()
    return page.evaluate(async setting => {
      const url = '/bench/sameWeightsPage.ts'
      return ((await import(url)) as typeof Page).measure(setting)
    }, setting)
  }
  const [exact, ...others] = await measure({ dtype: 'fp32', threads: 2, rounds: 0, passages: passages(16, 7) })
  const spread = Math.max(...exact!.scores) - Math.min(...exact!.scores)
  const difference = Math.max(
    ...others.flatMap(({ scores }) => scores.map((score, i) => Math.abs(score - exact!.scores[i]!))),
  )
  expect(difference).toBeLessThan(1e-3)

  const rows: string[] = []
  for (const threads of [1, 2]) {
    const all = await measure({ dtype: 'q8', threads, rounds: ROUNDS, passages: passages(PASSAGES) })
    for (const { name, ms, scores } of all) {
      // Of one round, taken in turns, both met the same moods of the machine.
      const ratios = ms.map((value, round) => value / all[0]!.ms[round]!).sort((a, b) => a - b)
      const rate = ((PASSAGES * 1000) / median(ms)).toFixed(1)
      const ratio = `${median(ratios).toFixed(2)} (${ratios[0]!.toFixed(2)}–${ratios.at(-1)!.toFixed(2)})`
      rows.push(`| ${name} | ${threads} | ${rate} | ${ratio} | ${kendallTau(all[0]!.scores, scores).toFixed(3)} |`)
    }
  }
  writeResults('same-weights', [
    '## The same cross-encoder in both engines, on WASM',
    '',
    `MiniLM-L6's shape with random weights (speed does not depend on them), made and quantized for transformers.js by \`bench/make_peer.py\` and for this engine by \`convert\`. ${PASSAGES} passages in q8, ${ROUNDS} rounds in turns: medians, and the least to the greatest ratio of a round. In fp32 the scores differ by at most ${difference.toExponential(1)}, of a spread of ${spread.toFixed(1)}; in q8 each engine rounds activations in its own way. ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium ${browser.version()}. \`npx playwright test -c bench sameWeights\``,
    '',
    '| engine | threads | pairs a second | times as long as mvp-rerank | τ with its order |',
    '|-|-|-|-|-|',
    ...rows,
  ])
})
