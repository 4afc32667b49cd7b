import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  AutoModelForSequenceClassification,
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  Tensor,
} from '@xenova/transformers'
import { beforeAll, describe, expect, test } from 'vitest'
import { createPrompter, type EncodedPrompt, type Prompter } from '../../src/engine/prompt.js'
import { createReranker } from '../../src/node.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { conversions, readModelFolder } from '../../test/convertedModels.js'
import { oracleFolder, readCrossEncoder } from '../oracles/read.js'
import { makeString } from '../oracles/tokenizer/strings.js'
import { tokenizerFromSpiece } from './spiece.js'

// transformers.js as a reference. It reads local folders only, and runs on onnxruntime-node.
env.allowRemoteModels = false
env.useFSCache = false

const { root, converted } = conversions()
const read = (path: string) => readFileSync(new URL(`../oracles/${path}`, import.meta.url))
const linesOf = (path: string) => read(path).toString().trimEnd().split('\n')

/** Loads the tokenizer or model of a folder; transformers.js looks names up in `localModelPath`. */
function load<T>(
  loader: { from_pretrained(name: string, options?: object): Promise<T> },
  folder: string,
  options = {},
) {
  env.localModelPath = `${dirname(folder)}/`
  return loader.from_pretrained(folder.slice(env.localModelPath.length), options)
}

/** A folder that AutoTokenizer loads. */
function tokenizerFolder(name: string, tokenizer: object, tokenizerClass: string): string {
  const folder = join(root, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer))
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ tokenizer_class: tokenizerClass }))
  return folder
}

const TEXTS = [...linesOf('tokenizer/text.txt'), ...linesOf('corpus.txt')]

/** A run in which many segmentations are equally likely. */
const REPETITION = /(..?)\1{10}/

// Python's tokenizers decide what is right (tokenize.test.ts); here are the texts for which transformers.js disagrees
// with them.
describe.each([
  {
    family: 'BERT',
    tokenizer: JSON.parse(read('tokenizer/bert.json').toString()),
    tokenizerClass: 'BertTokenizer',
    // JavaScript lower-cases a final Σ to ς, Rust's tokenizers to σ.
    differs: /Σ\b|Σ(?!\p{L})/u,
  },
  {
    family: 'T5',
    tokenizer: tokenizerFromSpiece(read('tokenizer/spiece.model')),
    tokenizerClass: 'T5Tokenizer',
    // transformers.js replaces the zero-width joiner of an emoji by a space; sentencepiece's character map keeps it.
    differs: /\u200d/,
  },
])(
  'the converted tokenizer of $family gives the ids of AutoTokenizer',
  ({ family, tokenizer, tokenizerClass, differs }) => {
    const { encode } = createTokenizer(tokenizer)
    let reference: PreTrainedTokenizer
    beforeAll(async () => {
      reference = await load(AutoTokenizer, tokenizerFolder(family, tokenizer, tokenizerClass))
    })
    const differing = (texts: string[]) =>
      texts.filter(text => String(encode(text)) !== String(reference.encode(text, { add_special_tokens: false })))

    test('for plain texts of many languages, but for one', () => {
      expect(differing(TEXTS)).toEqual(TEXTS.filter(text => differs.test(text)))
    })

    test('for generated strings in Latin script', () => {
      const special = (tokenizer as { added_tokens: { content: string }[] }).added_tokens
      const texts = Array.from({ length: 30_000 }, (_, i) => makeString(i))
        .filter(text => /^[\x20-\x7e\u00a0-\u017f]*$/.test(text))
        .filter(text => !special.some(({ content }) => text.includes(content)))
      expect(texts.length).toBeGreaterThan(900)
      // Of equally likely segmentations transformers.js, which adds in double precision, may take another one.
      expect(differing(texts).filter(text => family === 'BERT' || !REPETITION.test(text))).toEqual([])
    })
  },
)

describe('the converted cross-encoder', () => {
  const oracle = readCrossEncoder('cross-encoder')
  let folder: string
  let prompter: Prompter
  let tokenizer: PreTrainedTokenizer
  let model: PreTrainedModel
  beforeAll(async () => {
    folder = (await converted('cross-encoder', 'fp32')).out
    const { manifest } = readModelFolder(folder)
    const json = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'))
    prompter = createPrompter(manifest.prompt, createTokenizer(json))
    tokenizer = await load(AutoTokenizer, oracleFolder('cross-encoder'))
    model = await load(AutoModelForSequenceClassification, oracleFolder('cross-encoder'), { dtype: 'fp32' })
  })

  test('tokenizes pairs as AutoTokenizer does', () => {
    const phrases = linesOf('corpus.txt').map(line => line.split(' ').slice(0, 4).join(' '))
    for (const [i, query] of phrases.entries()) {
      const passage = phrases[(i + 1) % phrases.length]!
      const { ids, types } = prompter.rerank(query, { text: passage })
      // transformers.js cuts the end of a pair that is too long; Python and this project cut the longer text first.
      expect(ids.length).toBeLessThan(oracle.maxLength)
      const { input_ids, token_type_ids } = tokenizer(query, { text_pair: passage })
      expect(ids).toEqual([...input_ids.data].map(Number))
      expect(types).toEqual([...token_type_ids!.data].map(Number))
    }
  })

  test('gives the logits of AutoModelForSequenceClassification', async () => {
    const reranker = await createReranker({ model: folder, device: 'cpu' })
    for (const { query, passages } of oracle.lists) {
      const { results } = await reranker.rank(query, passages)
      for (const { index, score } of results) {
        const passage = passages[index]!
        const prompt = prompter.rerank(query, typeof passage === 'string' ? { text: passage } : passage)
        expect(Math.abs(score - (await logit(model, prompt)))).toBeLessThan(1e-4)
      }
    }
    await reranker.dispose()
  })
})

async function logit(model: PreTrainedModel, { ids, types }: EncodedPrompt): Promise<number> {
  const row = (values: number[]) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
  const inputs = { input_ids: row(ids), attention_mask: row(ids.map(() => 1)), token_type_ids: row(types!) }
  const { logits } = await model(inputs)
  expect(logits.dims).toEqual([1, 1])
  return logits.data[0]
}
