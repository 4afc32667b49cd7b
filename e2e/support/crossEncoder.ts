import { CROSS_ENCODERS, type CrossEncoderName, readCrossEncoder } from '../../models/oracles/read.js'
import { expect } from './test.js'

/** One of each family. */
export const RANKED_CROSS_ENCODERS = CROSS_ENCODERS.filter(name => name !== 'cross-encoder-vocab')

export function askedOf(name: CrossEncoderName) {
  const { lists } = readCrossEncoder(name)
  return lists[4] ?? lists.at(-1)!
}

/** Runs in the page, so it cannot use anything else in this file. */
export async function rankInPage({
  model,
  device,
  precision: asked = 'auto',
  query,
  passages,
}: {
  model: string
  device: 'wasm' | 'webgpu'
  precision?: 'auto' | 'fp32'
  query: string
  passages: (string | { title: string; text: string })[]
}) {
  const reranker = await window.library.createReranker({ model, device, precision: asked, threads: 1 })
  const { results } = await reranker.rank(query, passages)
  const refused = await reranker.rank(query, passages, { refine: 5 }).catch(({ code, message }) => ({ code, message }))
  const { info } = reranker
  await reranker.dispose()
  const { scoring, device: on, precision, verdict } = info
  return { found: results.map(({ index, score }) => [index, score] as const), refused, scoring, on, precision, verdict }
}

export function expectLogits(
  found: readonly (readonly [index: number, score: number])[],
  scores: readonly number[],
  within: number,
): void {
  expect(found).toHaveLength(scores.length)
  for (const [index, score] of found) expect(Math.abs(score - scores[index]!)).toBeLessThan(within)
}
