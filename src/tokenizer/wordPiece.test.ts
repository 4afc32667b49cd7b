import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wordPieces } from './wordPiece.js'

const vocab = Object.fromEntries(
  ['[UNK]', 'a', 'b', 'ab', 'abc', '😀', 'é', '##a', '##b', '##c', '##bc', '##😀', '##😀b', '__proto__'].map((p, i) => [
    p,
    i,
  ]),
)
const model = {
  type: 'WordPiece',
  unk_token: '[UNK]',
  continuing_subword_prefix: '##',
  max_input_chars_per_word: 8,
  vocab,
}
const settings = { normalizer: null, post_processor: null, decoder: null, added_tokens: [] }
const peer = new Tokenizer({ ...settings, pre_tokenizer: { type: 'WhitespaceSplit' }, model }, {})
const own = { ids: new Map(Object.entries(vocab)), unknownId: 0, prefix: '##', longest: 8 }

test('of any word are those of Hugging Face', () => {
  const word = fc.array(fc.constantFrom('a', 'b', 'c', '😀', 'é', 'ab', '_', 'x'), { minLength: 1, maxLength: 10 })
  fc.assert(
    fc.property(word, parts => {
      expect(wordPieces(parts.join(''), own)).toEqual(peer.encode(parts.join('')).ids)
    }),
    { numRuns: 2000 },
  )
})

test('of words at the limit, which counts characters', () => {
  expect(wordPieces('😀'.repeat(8), own)).toEqual([5, ...new Array(7).fill(11)])
  expect(wordPieces('😀'.repeat(9), own)).toEqual([0])
})
