import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { largestDifference } from '../../src/graph/testing.js'
import type { Manifest } from '../../src/model/manifest.js'
import { createReranker, type Reranker } from '../../src/node.js'
import { copyOracle, temporaryFolder } from '../../test/convertedModels.js'
import { convertOracle } from '../../test/convertOracle.js'
import { EMBEDDERS, type EmbedderName, oracleFolder, readEmbedder } from '../oracles/read.js'
import { type ConversionOptions, convert } from './convert.js'

/** Of a known layout. */
// biome-ignore lint/suspicious/noExplicitAny: each test knows the file that it edits
type Json = any

const { path: root, clean } = temporaryFolder()
afterAll(clean)

const read = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8'))

async function scoresOf(reranker: Reranker, query: string, passages: string[]): Promise<number[]> {
  const scores: number[] = []
  for (const { index, score } of (await reranker.rank(query, passages)).results) scores[index] = score
  return scores
}

describe.each(EMBEDDERS)('%s', name => {
  const oracle = readEmbedder(name)
  beforeAll(async () => {
    await convertOracle(name, { out: join(root, `${name}-fp32`), dtype: 'fp32' })
    await convertOracle(name, { out: join(root, `${name}-q8`), dtype: 'q8' })
  }, 60_000)

  test.each(['cpu', 'wasm'] as const)("vectors and scores on %s are the original's", async device => {
    const reranker = await createReranker({ model: join(root, `${name}-fp32`), device, threads: 1 })
    expect(reranker.info).toMatchObject({ scoring: 'similarity', views: 0, maxLength: oracle.maxLength })
    for (const { text, prompt, vector } of oracle.embeddings) {
      const [made] = await reranker.embed([text], prompt === '' ? {} : { prompt })
      expect(largestDifference(made!, vector)).toBeLessThan(1e-4)
    }
    for (const { query, passages, scores } of oracle.lists) {
      expect(largestDifference(await scoresOf(reranker, query, passages), scores)).toBeLessThan(1e-4)
    }
    await reranker.dispose()
  })

  test('in q8 it stays near them, and streams', async () => {
    const { probe } = read(`${name}-q8`)
    const scores = Object.values(probe.scores)[0]!
    const spread = Math.max(...scores) - Math.min(...scores)
    expect(probe.errors.int8).toBeGreaterThan(0)
    expect(probe.errors.int8).toBeLessThan(0.25 * spread)
    const reranker = await createReranker({ model: join(root, `${name}-q8`), threads: 1 })
    expect(reranker.info.precision).toBe('int8')
    const passages = Array.from({ length: 60 }, (_, i) => `The tide rises ${i} times.`)
    const encoded: number[] = []
    for await (const ranking of reranker.stream('tide', passages)) encoded.push(ranking.encoded)
    expect(encoded.at(-1)).toBe(60)
    await reranker.dispose()
  })
})

test('the manifests say how texts become vectors', () => {
  expect(read('embedder-bert-fp32').architecture).toMatchObject({
    family: 'bert',
    exits: [2],
    embedder: {
      scoring: 'similarity',
      pooling: 'mean',
      dense: [
        { outputs: 24, bias: true, activation: 'tanh' },
        { outputs: 20, bias: false },
      ],
      dimensions: 16,
    },
  })
  const { prompt } = read('embedder-bert-fp32')
  expect(prompt.rerank).toEqual([])
  expect(prompt.embed).toEqual([{ ids: [2] }, { text: 'passage: {context}' }, { ids: [3] }])
  expect(Object.keys(prompt.named!)).toEqual(['query', 'clustering'])
  expect(read('embedder-xlm-roberta-fp32').architecture.embedder).toMatchObject({ pooling: 'first', dense: [] })
  expect(read('embedder-modernbert-fp32').architecture).toMatchObject({
    family: 'modernbert',
    globalEvery: 3,
    reach: 4,
    theta: { global: 160_000, local: 10_000 },
    embedder: { pooling: 'last' },
  })
})

test('it says what it cannot do', async () => {
  const reranker = await createReranker({ model: join(root, 'embedder-bert-q8'), threads: 1 })
  const refused = async (call: Promise<unknown>, code: string, what: RegExp) => {
    await expect(call).rejects.toMatchObject({ name: 'RerankError', code })
    await expect(call).rejects.toThrow(what)
  }
  await refused(reranker.rank('tide', ['a'], { refine: 5 }), 'unsupported', /similarity.*refine/)
  await refused(reranker.rank('tide', ['a'], { explain: true }), 'unsupported', /similarity.*explain/)
  await refused(reranker.rank('tide', ['a'], { windows: 2 }), 'unsupported', /similarity.*windows/)
  await refused(reranker.rank('tide', ['a'], { depth: 1 }), 'unsupported', /cannot stop after 1/)
  await refused(reranker.embed(['tide'], { prompt: 'other' }), 'bad-option', /no prompt "other"/)
  await refused(reranker.embed(['tide'], { tokens: true }), 'unsupported', /tokens/)
  await reranker.dispose()
})

test('given vectors are compared, and the first stage counts where it is asked for', async () => {
  const reranker = await createReranker({ model: join(root, 'embedder-xlm-roberta-fp32'), threads: 1 })
  const texts = ['The tide rises.', 'A cat sleeps.', 'Bread is old.']
  const vectors = await reranker.embed(texts)
  const alone = await reranker.rank('sea', texts)
  const given = await reranker.rank(
    'sea',
    texts.map((text, i) => ({ text, vector: vectors[i]! })),
  )
  expect(given.results.map(({ index }) => index)).toEqual(alone.results.map(({ index }) => index))
  given.results.forEach(({ score }, i) => {
    expect(score).toBeCloseTo(alone.results[i]!.score, 5)
  })
  const scored = texts.map((text, i) => ({ text, firstStageScore: i }))
  const fused = await reranker.rank('sea', scored, { fusion: { weights: { mvp: 0.01, firstStage: 1 } } })
  expect(fused.results.map(({ index }) => index)).toEqual([2, 1, 0])
  await reranker.dispose()
})

describe('refuses, naming what is unknown,', () => {
  let made = 0
  const changed = (of: EmbedderName, change: (folder: string) => void) => {
    const folder = copyOracle(of, join(root, `changed-${made++}`))
    change(folder)
    return folder
  }
  const json = (folder: string, file: string, edit: (json: Json) => void) => {
    const path = join(folder, file)
    const value = JSON.parse(readFileSync(path, 'utf8'))
    edit(value)
    writeFileSync(path, JSON.stringify(value))
  }
  const refused = (folder: string, code: string, message: string, options: Partial<ConversionOptions> = {}) =>
    expect(convert(folder, { out: join(root, `refused-${made++}`), ...options })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })

  test('another pooling, module or similarity', async () => {
    const of = 'embedder-xlm-roberta'
    const pooling = (edit: (json: Json) => void) => changed(of, folder => json(folder, '1_Pooling/config.json', edit))
    await refused(
      pooling(config => {
        config.pooling_mode = 'max'
      }),
      'unknown-architecture',
      'max',
    )
    await refused(
      pooling(config => {
        config.include_prompt = false
      }),
      'unknown-architecture',
      'include_prompt',
    )
    await refused(
      changed(of, folder =>
        json(folder, 'modules.json', modules => modules.push({ type: 'x.WeightedLayer', path: '' })),
      ),
      'unknown-architecture',
      'WeightedLayer',
    )
    await refused(
      changed(of, folder =>
        json(folder, 'modules.json', modules => {
          modules[1].path = '../1_Pooling'
        }),
      ),
      'bad-config',
      '../1_Pooling',
    )
    await refused(
      changed(of, folder =>
        json(folder, 'config_sentence_transformers.json', config => {
          config.similarity_fn_name = 'dot'
        }),
      ),
      'unknown-architecture',
      'lengths',
    )
  })

  test('a bare encoder without its modules, unless the pooling is given', async () => {
    const bare = changed('embedder-modernbert', folder => rmSync(join(folder, 'modules.json')))
    await refused(bare, 'unknown-architecture', 'does not say')
    await convert(bare, { out: join(root, 'bare'), pooling: 'mean', dtype: 'fp32', maxLength: 48 })
    expect(read('bare').architecture.embedder).toMatchObject({ pooling: 'mean' })
  })

  test('more numbers than there are, another pooling than the checkpoint has, views', async () => {
    await refused(oracleFolder('embedder-bert'), 'bad-option', '20 numbers', { dimensions: 21 })
    await refused(oracleFolder('embedder-bert'), 'bad-option', 'mean', { pooling: 'cls' })
    await refused(oracleFolder('embedder-bert'), 'bad-option', 'views', { views: 2 })
  })
})

test('reads the layout that older sentence-transformers wrote', async () => {
  const folder = copyOracle('embedder-xlm-roberta', join(root, 'older'))
  writeFileSync(
    join(folder, '1_Pooling/config.json'),
    JSON.stringify({ word_embedding_dimension: 32, pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }),
  )
  writeFileSync(join(folder, 'sentence_bert_config.json'), JSON.stringify({ max_seq_length: 24, do_lower_case: false }))
  await convert(folder, { out: join(root, 'older-converted'), dtype: 'fp32' })
  expect(read('older-converted')).toMatchObject({
    architecture: { embedder: { pooling: 'first' } },
    prompt: { maxLength: 24 },
  })
})
