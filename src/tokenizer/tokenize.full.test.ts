import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tokenizerFromSpiece } from '../../models/convert/spiece.js'
import { BLOCKS, differingBlocks } from '../../models/oracles/tokenizer/differingBlocks.js'
import { createTokenizer } from './tokenize.js'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url))

test('100,000 strings give the ids of the slow T5Tokenizer', () => {
  const t5 = createTokenizer(tokenizerFromSpiece(read('models/oracles/tokenizer/spiece.model')))
  expect(differingBlocks(t5, 't5', BLOCKS)).toEqual([])
})

test('100,000 strings give the ids of BertTokenizerFast', () => {
  const bert = createTokenizer(JSON.parse(read('models/oracles/tokenizer/bert.json').toString()))
  expect(differingBlocks(bert, 'bert', BLOCKS)).toEqual([])
})

test('100,000 strings give the ids of RobertaTokenizerFast', () => {
  const roberta = createTokenizer(JSON.parse(read('models/oracles/tokenizer/byteLevel.json').toString()))
  expect(differingBlocks(roberta, 'roberta', BLOCKS)).toEqual([])
})

test('100,000 strings give the ids of BertTokenizerFast with the vocabulary of the shipped model', () => {
  const shipped = createTokenizer(JSON.parse(read('public/models/mvp-mini/tokenizer.json').toString()))
  expect(differingBlocks(shipped, 'minilm', BLOCKS)).toEqual([])
})
