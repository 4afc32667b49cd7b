import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { largestDifference } from '../../src/graph/testing.js'
import type { Manifest } from '../../src/model/manifest.js'
import { createReranker } from '../../src/node.js'
import { copyOracle, temporaryFolder } from '../../test/convertedModels.js'
import { convertOracle } from '../../test/convertOracle.js'
import { COLBERTS, readColbert } from '../oracles/read.js'
import { convert } from './convert.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)

const read = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8'))

describe.each(COLBERTS)('%s', name => {
  const oracle = readColbert(name)
  beforeAll(async () => {
    await convertOracle(name, { out: join(root, `${name}-fp32`), dtype: 'fp32' })
    await convertOracle(name, { out: join(root, `${name}-q8`), dtype: 'q8' })
  }, 60_000)

  test.each(['cpu', 'wasm'] as const)("tokens and scores on %s are the original's", async device => {
    const reranker = await createReranker({ model: join(root, `${name}-fp32`), device, threads: 1 })
    expect(reranker.info).toMatchObject({ scoring: 'late-interaction', views: 0, maxLength: oracle.maxLength })
    for (const { text, prompt, rows } of oracle.tokens) {
      const [made] = await reranker.embed([text], { tokens: true, ...(prompt === '' ? {} : { prompt }) })
      const width = rows[0]!.length
      expect(largestDifference(made!.subarray(width), rows.flat())).toBeLessThan(1e-4)
    }
    for (const { query, passages, scores } of oracle.lists) {
      const found: number[] = []
      for (const { index, score } of (await reranker.rank(query, passages)).results) found[index] = score
      // Up to 24 cosines add up.
      expect(largestDifference(found, scores)).toBeLessThan(1e-4)
    }
    await reranker.dispose()
  })

  test('in q8 it stays near them', async () => {
    const { probe } = read(`${name}-q8`)
    const scores = Object.values(probe.scores)[0]!
    const spread = Math.max(...scores) - Math.min(...scores)
    expect(probe.errors.int8).toBeGreaterThan(0)
    expect(probe.errors.int8).toBeLessThan(0.5 * spread)
    const reranker = await createReranker({ model: join(root, `${name}-q8`), threads: 1 })
    const { results } = await reranker.rank('tide', ['The tide rises.', 'Bread is old.', ''])
    expect(results).toHaveLength(3)
    await reranker.dispose()
  })
})

test('codes stand in for passages, and matches name words beside signs that are left out', async () => {
  const reranker = await createReranker({ model: join(root, 'colbert-bert-fp32'), device: 'cpu' })
  const texts = ['The tide, it rises.', 'Bread is old!', 'A cat sleeps.']
  const codes = await reranker.encode(texts)
  const ranking = await reranker.rank(
    'tide',
    texts.map((text, i) => ({ text, tokens: codes[i]! })),
  )
  expect(ranking.results.map(({ index }) => index).sort()).toEqual([0, 1, 2])
  for (const { score } of ranking.results) expect(score).toBeGreaterThan(0)
  const [found] = await reranker.matches('it rises', ['(it), rises.'])
  for (const { text } of found!) expect(['it', 'rises']).toContain('(it), rises.'.slice(...text))
  await reranker.dispose()
})

test('the manifests say what is marked, filled up and left out', () => {
  const { architecture, prompt } = read('colbert-bert-fp32')
  expect(architecture.embedder).toMatchObject({
    scoring: 'late-interaction',
    dense: [{ outputs: 16, bias: false }],
  })
  expect(architecture.embedder!.skipped!.length).toBeGreaterThan(1)
  expect(prompt.expansion).toMatchObject({ length: 24, attended: false })
  expect(read('colbert-modernbert-fp32').prompt.expansion).toMatchObject({ attended: true })
  expect(read('colbert-modernbert-fp32').architecture.embedder!.dense).toHaveLength(2)
  const tokenizer = JSON.parse(readFileSync(join(root, 'colbert-bert-fp32/tokenizer.json'), 'utf8'))
  const markers = tokenizer.added_tokens.filter(({ content }: { content: string }) => /^\[[QD]\] $/.test(content))
  expect(markers).toHaveLength(2)
  // No text spells them.
  for (const { special } of markers) expect(special).toBe(true)
})

test('refuses markers that the tokenizer does not have, and pooling', async () => {
  const folder = copyOracle('colbert-bert', join(root, 'changed'))
  const path = join(folder, 'config_sentence_transformers.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('[Q] ', '[QUERY] '))
  await expect(convert(folder, { out: join(root, 'refused') })).rejects.toMatchObject({ code: 'bad-tokenizer' })
  const refused = convertOracle('colbert-bert', { out: join(root, 'refused'), pooling: 'mean' })
  await expect(refused).rejects.toMatchObject({ code: 'bad-option' })
})
