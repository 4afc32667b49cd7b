import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Dtype } from '../../src/api/models.js'
import { createPrompter } from '../../src/engine/prompt.js'
import type { Manifest } from '../../src/model/manifest.js'
import { createReranker, type Reranker } from '../../src/node.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { copyOracle, editHeader, temporaryFolder } from '../../test/convertedModels.js'
import { convertOracle } from '../../test/convertOracle.js'
import { CROSS_ENCODERS, type CrossEncoderName, oracleFolder, readCrossEncoder } from '../oracles/read.js'
import { convert } from './convert.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)

/** Families that do not compute in half precision. */
const hasNoHalf = (name: string) => /modernbert|t5/.test(name)
const convertedAs = (name: CrossEncoderName, dtype: Dtype) =>
  convertOracle(name, { out: join(root, `${name}-${dtype}`), dtype })
const read = (folder: string): Manifest => JSON.parse(readFileSync(join(root, folder, 'manifest.json'), 'utf8'))
const scoresOf = async (reranker: Reranker, { query, passages }: { query: string; passages: Passage[] }) => {
  const scores: number[] = []
  for (const { index, score } of (await reranker.rank(query, passages)).results) scores[index] = score
  return scores
}
type Passage = string | { title: string; text: string }

describe.each(CROSS_ENCODERS)('%s', name => {
  const oracle = readCrossEncoder(name)
  beforeAll(async () => {
    await convertedAs(name, 'fp32')
    await convertedAs(name, 'q8')
  }, 60_000)

  test("a pair's tokens and types are the original's, however it is cut", () => {
    const { prompt } = read(`${name}-fp32`)
    const json = JSON.parse(readFileSync(join(root, `${name}-fp32`, 'tokenizer.json'), 'utf8'))
    const { rerank } = createPrompter(prompt, createTokenizer(json))
    for (const { query, passages, ids, types } of oracle.lists) {
      passages.forEach((passage, i) => {
        const made = rerank(query, typeof passage === 'string' ? { text: passage } : passage)
        expect(made).toEqual({ ids: ids[i], types: types?.[i] })
      })
    }
  })

  test.each(['cpu', 'wasm'] as const)("scores on %s are the original's logits", async device => {
    const reranker = await createReranker({ model: join(root, `${name}-fp32`), device, threads: 1 })
    expect(reranker.info).toMatchObject({
      scoring: 'pointwise',
      views: 0,
      precision: 'fp32',
      maxLength: oracle.maxLength,
    })
    for (const list of oracle.lists) {
      const scores = await scoresOf(reranker, list)
      scores.forEach((score, i) => {
        expect(Math.abs(score - list.scores[i]!)).toBeLessThan(1e-4)
      })
    }
    await reranker.dispose()
  })

  test("in q8 and int8 it stays near them, and a score is its own passage's alone", async () => {
    const { probe } = read(`${name}-q8`)
    const spread = Math.max(...Object.values(probe.scores)[0]!) - Math.min(...Object.values(probe.scores)[0]!)
    // ModernBERT was never seen to fit half precision, so no device computes it so.
    const precisions = hasNoHalf(name) ? (['fp32', 'int8'] as const) : (['fp32', 'int8', 'fp16'] as const)
    for (const precision of precisions) {
      expect(probe.errors[precision]).toBeGreaterThan(0)
      expect(probe.errors[precision]).toBeLessThan(0.25 * spread)
    }
    const reranker = await createReranker({ model: join(root, `${name}-q8`), threads: 1 })
    expect(reranker.info.precision).toBe('int8')
    const list = oracle.lists[1]!
    const together = await scoresOf(reranker, list)
    for (const [i, passage] of list.passages.entries()) {
      expect(await scoresOf(reranker, { query: list.query, passages: [passage] })).toEqual([together[i]])
    }
    await reranker.dispose()
  })
})

test('its manifest says that it is pointwise', () => {
  const { architecture, prompt, views, defaults } = read('cross-encoder-fp32')
  expect(architecture).toMatchObject({ family: 'bert', pointwise: true, exits: [3] })
  expect(architecture).not.toHaveProperty('anchor')
  expect(prompt).toEqual({
    rerank: [
      { ids: [3], type: 0 },
      { text: '{query}', type: 0 },
      { ids: [4], type: 0 },
      { text: '{context}', type: 1 },
      { ids: [4], type: 1 },
    ],
    firstView: 0,
    padId: 0,
    maxLength: 48,
    truncation: 'longest-first',
  })
  expect({ views, defaults }).toEqual({ views: 1, defaults: { depth: 3, refine: 0 } })
})

test.each(CROSS_ENCODERS.filter(name => name !== 'cross-encoder-vocab'))('q4 is a form of %s', async name => {
  const { loss } = await convertedAs(name, 'q4')
  expect(Object.keys(loss).sort()).toEqual(hasNoHalf(name) ? ['fp32', 'int8'] : ['fp16', 'fp32', 'int8'])
})

const FAIRSEQ_PAIR = [{ ids: [0] }, { text: '{query}' }, { ids: [2, 2] }, { text: '{context}' }, { ids: [2] }]
const BERT_PAIR = [{ ids: [2] }, { text: '{query}' }, { ids: [3] }, { text: '{context}' }, { ids: [3] }]

test.each([
  ['cross-encoder-roberta', { types: 1, positions: 64 }, FAIRSEQ_PAIR, 1],
  ['cross-encoder-xlm-roberta', { types: 1, positions: 48 }, FAIRSEQ_PAIR, 1],
  ['cross-encoder-distilbert', { types: 1, positions: 64, poolerActivation: 'relu' }, BERT_PAIR, 0],
  ['cross-encoder-mpnet', { types: 1, positions: 96, relative: { buckets: 32, maxDistance: 128 } }, FAIRSEQ_PAIR, 1],
] as const)('the manifest of %s says what differs from BERT', (name, differences, pair, padId) => {
  const { architecture, prompt, views } = read(`${name}-fp32`)
  expect(architecture).toMatchObject({ family: 'bert', pointwise: true, ...differences })
  expect(prompt).toMatchObject({ rerank: pair, padId, firstView: 0, truncation: 'longest-first' })
  expect(views).toBe(1)
})

test('it streams, and says what makes no sense for it', async () => {
  const reranker = await createReranker({ model: join(root, 'cross-encoder-q8'), threads: 1 })
  const passages = Array.from({ length: 60 }, (_, i) => `The tide rises ${i} times.`)
  const encoded: number[] = []
  for await (const ranking of reranker.stream('tide', passages)) encoded.push(ranking.encoded)
  expect(encoded.length).toBeGreaterThan(1)
  expect(encoded.at(-1)).toBe(60)
  const refused = async (call: Promise<unknown>, what: RegExp) => {
    await expect(call).rejects.toMatchObject({ name: 'RerankError', code: 'unsupported' })
    await expect(call).rejects.toThrow(what)
  }
  await refused(reranker.rank('tide', passages, { refine: 5 }), /pointwise.*refine/)
  await refused(reranker.rank('tide', passages, { explain: true }), /pointwise.*explain/)
  await refused(reranker.rank('tide', passages, { depth: 2 }), /cannot stop after 2/)
  await refused(reranker.rank('tide', passages, { fusion: true }), /cannot embed/)
  await refused(reranker.embed(['tide']), /cannot embed/)
  expect((await reranker.rank('tide', passages, { refine: 0 })).results).toHaveLength(60)
  await reranker.dispose()
})

test('a passage beyond its length may be read in windows, of which the best counts', async () => {
  const reranker = await createReranker({ model: join(root, 'cross-encoder-fp32'), threads: 1 })
  const { passages } = readCrossEncoder('cross-encoder').lists[2]!
  const long = passages[0] as string
  const [result] = (await reranker.rank('tide', [long], { windows: 4 })).results
  const { start, end } = result!.window!
  const [alone] = (await reranker.rank('tide', [long.slice(start, end)])).results
  expect(result!.score).toBeCloseTo(alone!.score, 4)
  const [cut] = (await reranker.rank('tide', [long])).results
  expect(result!.score).toBeGreaterThanOrEqual(cut!.score - 1e-4)
  await reranker.dispose()
})

describe('refuses', () => {
  let made = 0
  const changed = (change: (folder: string) => void, of: CrossEncoderName = 'cross-encoder') => {
    const folder = copyOracle(of, join(root, `changed-${made++}`))
    change(folder)
    return folder
  }
  const json = (folder: string, file: string, edit: (json: Record<string, unknown>) => void) => {
    const path = join(folder, file)
    const value = JSON.parse(readFileSync(path, 'utf8'))
    edit(value)
    writeFileSync(path, JSON.stringify(value))
  }
  const refused = (folder: string, code: string, options: { views?: number; maxLength?: number } = {}) =>
    expect(convert(folder, { out: join(root, `refused-${made++}`), ...options })).rejects.toMatchObject({ code })

  test('a model of several classes, or without a head', async () => {
    const classes = changed(folder =>
      editHeader(join(folder, 'model.safetensors'), header => {
        header['classifier.weight'] = { ...header['classifier.weight']!, shape: [2, 16] }
      }),
    )
    await refused(classes, 'unknown-architecture')
    const masked = changed(folder =>
      json(folder, 'config.json', config => {
        config.architectures = ['BertForMaskedLM']
      }),
    )
    await refused(masked, 'unknown-architecture')
    const headless = changed(folder =>
      editHeader(join(folder, 'model.safetensors'), header => {
        header.other = header['classifier.bias']!
        delete header['classifier.bias']
      }),
    )
    await refused(headless, 'missing-tensor')
  })

  test('views, and more tokens than there are positions', async () => {
    await refused(oracleFolder('cross-encoder'), 'bad-option', { views: 1 })
    await refused(oracleFolder('cross-encoder'), 'bad-option', { maxLength: 65 })
    await refused(oracleFolder('cross-encoder'), 'bad-option', { maxLength: 3 })
  })

  test('what another family does not have', async () => {
    const config = (of: CrossEncoderName, change: Record<string, unknown>) =>
      changed(folder => json(folder, 'config.json', config => Object.assign(config, change)), of)
    const named = (folder: string, code: string, message: string) =>
      expect(convert(folder, { out: join(root, `refused-${made++}`) })).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      })
    const rotary = config('cross-encoder-xlm-roberta', { position_embedding_type: 'rotary' })
    await named(rotary, 'unknown-architecture', 'rotary')
    const code = config('cross-encoder-xlm-roberta', { auto_map: { AutoModel: 'modeling.OtherModel' } })
    await named(code, 'unknown-architecture', 'auto_map')
    const tokens = config('cross-encoder-roberta', { architectures: ['RobertaForTokenClassification'] })
    await named(tokens, 'unknown-architecture', 'RobertaForTokenClassification')
    await named(config('cross-encoder-distilbert', { activation: 'silu' }), 'unknown-architecture', 'silu')
    await named(config('cross-encoder-mpnet', { hidden_act: 'gelu_new' }), 'unknown-architecture', 'gelu_new')
    await named(config('cross-encoder-mpnet', { relative_attention_num_buckets: 16 }), 'wrong-shape', 'relative')
    await named(config('cross-encoder-roberta', { max_position_embeddings: 2 }), 'bad-config', 'max_position')
    for (const type of ['deberta-v2', 'nomic_bert', 'electra']) {
      await named(config('cross-encoder-roberta', { model_type: type }), 'unknown-architecture', type)
    }
    const classes = changed(
      folder =>
        editHeader(join(folder, 'model.safetensors'), header => {
          header['classifier.out_proj.weight']!.shape = [2, 16]
        }),
      'cross-encoder-roberta',
    )
    await named(classes, 'unknown-architecture', '2 classes')
  })

  test('more tokens than there are positions after the offset', async () => {
    await refused(oracleFolder('cross-encoder-roberta'), 'bad-option', { maxLength: 65 })
    await refused(oracleFolder('cross-encoder-mpnet'), 'bad-option', { maxLength: 97 })
  })

  test('a tokenizer without [CLS], and none', async () => {
    const renamed = changed(folder =>
      json(folder, 'tokenizer_config.json', config => {
        config.cls_token = '[BEGIN]'
      }),
    )
    await refused(renamed, 'bad-tokenizer')
    await refused(
      changed(folder => rmSync(join(folder, 'tokenizer.json'))),
      'missing-file',
    )
    const slow = changed(folder => {
      rmSync(join(folder, 'tokenizer.json'))
      writeFileSync(join(folder, 'sentencepiece.bpe.model'), '')
    }, 'cross-encoder-xlm-roberta')
    await expect(convert(slow, { out: join(root, `refused-${made++}`) })).rejects.toMatchObject({
      code: 'missing-file',
      remedy: expect.stringContaining('sentencepiece.bpe.model'),
    })
  })
})
