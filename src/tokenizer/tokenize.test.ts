import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { tokenizerFromSpiece } from '../../models/convert/spiece.js'
import { differingBlocks } from '../../models/oracles/tokenizer/differingBlocks.js'
import { makeString } from '../../models/oracles/tokenizer/strings.js'
import { createTokenizer } from './tokenize.js'

const read = (name: string) => readFileSync(new URL(`../../models/oracles/tokenizer/${name}`, import.meta.url))

// biome-ignore lint/suspicious/noExplicitAny: files to be damaged
type File = any
const files: Record<'t5' | 'bert' | 'roberta', () => File> = {
  t5: () => JSON.parse(JSON.stringify(tokenizerFromSpiece(read('spiece.model')))),
  bert: () => JSON.parse(read('bert.json').toString()),
  roberta: () => JSON.parse(read('byteLevel.json').toString()),
}
const tokenizers = {
  t5: createTokenizer(files.t5()),
  bert: createTokenizer(files.bert()),
  roberta: createTokenizer(files.roberta()),
}

describe.each(['t5', 'bert', 'roberta'] as const)('%s', family => {
  const { encode } = tokenizers[family]

  test('gives the ids of the original in Python (the first 3,000 of the oracle’s strings)', () => {
    expect(differingBlocks(tokenizers[family], family, 3)).toEqual([])
  }, 60_000)

  test('reads text that spells a special token as plain text', () => {
    for (const { id, content } of files[family]().added_tokens) {
      for (const text of [content, `a${content}b`, `a ${content} b`, `${content}${content}`]) {
        const known = content === '<unk>' || content === '[UNK]'
        if (!known) expect(encode(text), text).not.toContain(id)
      }
    }
  })

  test('reads a lone surrogate as U+FFFD', () => {
    for (const text of ['\ud800', 'a\udfffb', 'a \ud83d b', '\udc00\ud800', 'x\ud800']) {
      expect(encode(text)).toEqual(encode(text.replace(/[\ud800-\udfff]/g, '\ufffd')))
    }
  })

  test('gives no ids to text without characters', () => {
    // A byte-level BPE has pieces for these, too.
    const texts = family === 'roberta' ? [''] : ['', ' ', '\n\t \u3000', '\u0001', '\u200b']
    for (const text of texts) expect(encode(text)).toEqual([])
  })

  test('gives the same beginning with a limit as without', () => {
    for (let i = 0; i < 200; i++) {
      const text = i % 3 ? makeString(i) : makeString(7 + 250 * i)
      const ids = encode(text)
      for (const limit of [0, 1, 5, Math.ceil(ids.length / 2), ids.length, ids.length + 1]) {
        expect(encode(text, limit), `${i} ${limit}`).toEqual(ids.slice(0, limit))
      }
    }
  }, 60_000)

  test.each([
    ['words', 'ordinary words, again and again. '],
    ['ideographs', '人人生而自由'],
    ['spaces', '   '],
    ['controls', '\u0001'],
  ])('reads of 5 MB of %s only what it takes', (_, text) => {
    const long = text.repeat(Math.ceil((5 * 2 ** 20) / text.length))
    const start = performance.now()
    const ids = encode(long, 256)
    expect(performance.now() - start).toBeLessThan(2000)
    expect(ids).toEqual(encode(long.slice(0, 30_000)).slice(0, 256))
  })

  // Here the first ids may depend on the last character: 1 more `a` is another segmentation from the start.
  test.each(['a', 'e\u0301', '\ue000'])('comes to an end with 5 MB of nothing but %j', text => {
    const start = performance.now()
    const ids = encode(text.repeat(Math.ceil((5 * 2 ** 20) / text.length)), 256)
    expect(performance.now() - start).toBeLessThan(10_000)
    expect(ids.length).toBeLessThanOrEqual(256)
  })
})

describe('roberta', () => {
  test('reads a first word without a space as one with, if its file says so', () => {
    const { pre_tokenizer, ...rest } = files.roberta()
    const prefixing = createTokenizer({ ...rest, pre_tokenizer: { ...pre_tokenizer, add_prefix_space: true } })
    const { encode } = tokenizers.roberta
    expect(encode('tide')).not.toEqual(encode(' tide'))
    for (const text of ['tide', ' tide']) expect(prefixing.encode(text)).toEqual(encode(' tide'))
  })

  test('reads merges of either form', () => {
    const file = files.roberta()
    const merges = file.model.merges.map((merge: string[]) => merge.join(' '))
    const { encode } = createTokenizer({ ...file, model: { ...file.model, merges } })
    for (let i = 0; i < 100; i++) expect(encode(makeString(i))).toEqual(tokenizers.roberta.encode(makeString(i)))
  })

  test('knows the letters of its pieces', () => {
    expect(tokenizers.roberta.knownShare('something')).toBeGreaterThan(0.5)
    expect(tokenizers.roberta.knownShare('\u{10400}\u{10401}\u{10402}')).toBe(0)
  })
})

test('T5: drops trailing blanks, as the slow tokenizer does', () => {
  const { encode } = tokenizers.t5
  expect(encode('| Context: ')).toEqual(encode('| Context:'))
})

test.each<[string, keyof typeof files, (file: File) => unknown]>([
  ['null', 't5', () => null],
  ['a list', 't5', () => []],
  ['no model', 't5', ({ model, ...rest }) => rest],
  ['an unknown model', 't5', f => ({ ...f, model: { ...f.model, type: 'WordLevel' } })],
  ['a vocabulary that is no list', 't5', f => ({ ...f, model: { ...f.model, vocab: {} } })],
  ['a piece without score', 't5', f => ({ ...f, model: { ...f.model, vocab: [['a']] } })],
  ['a score that is no number', 't5', f => ({ ...f, model: { ...f.model, vocab: [['a', null]] } })],
  ['a piece beyond bounds', 't5', f => ({ ...f, model: { ...f.model, vocab: [['a'.repeat(1e6), 0]], unk_id: 0 } })],
  ['an unknown piece beyond the vocabulary', 't5', f => ({ ...f, model: { ...f.model, unk_id: 4200 } })],
  ['byte fallback without bytes', 't5', f => ({ ...f, model: { ...f.model, byte_fallback: true } })],
  [
    'a character map that is not base64',
    't5',
    f => ({ ...f, normalizer: { type: 'Precompiled', precompiled_charsmap: '!' } }),
  ],
  [
    'a character map cut off',
    't5',
    f => ({ ...f, normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAAAA==' } }),
  ],
  ['another normalizer', 't5', f => ({ ...f, normalizer: { type: 'Lowercase' } })],
  [
    'an added token that is not special',
    't5',
    f => ({ ...f, added_tokens: [{ id: 5, content: 'a', special: false }] }),
  ],
  ['added tokens that are no list', 'bert', f => ({ ...f, added_tokens: 'x' })],
  ['a vocabulary of other than ids', 'bert', f => ({ ...f, model: { ...f.model, vocab: { '[UNK]': -1 } } })],
  ['no unknown token', 'bert', f => ({ ...f, model: { ...f.model, unk_token: '[NONE]' } })],
  ['words without bound', 'bert', f => ({ ...f, model: { ...f.model, max_input_chars_per_word: 1e9 } })],
  ['another normalizer', 'bert', f => ({ ...f, normalizer: null })],
  ['another pre-tokenizer', 'bert', f => ({ ...f, pre_tokenizer: { type: 'Whitespace' } })],
  ['another normalizer', 'roberta', f => ({ ...f, normalizer: { type: 'NFKC' } })],
  [
    'an added token that takes spaces along',
    'roberta',
    f => ({ ...f, added_tokens: [{ id: 5, content: 'a', special: false, lstrip: true }] }),
  ],
  ['words that are not split', 'roberta', f => ({ ...f, pre_tokenizer: { type: 'ByteLevel', use_regex: false } })],
  ['another pre-tokenizer', 'roberta', f => ({ ...f, pre_tokenizer: { type: 'Split' } })],
  ['a vocabulary without bytes', 'roberta', f => ({ ...f, model: { ...f.model, vocab: { a: 0 } } })],
  ['merges that are no pairs', 'roberta', f => ({ ...f, model: { ...f.model, merges: ['a'] } })],
  ['a merge of three', 'roberta', f => ({ ...f, model: { ...f.model, merges: ['a b c'] } })],
  ['a merge beyond the vocabulary', 'roberta', f => ({ ...f, model: { ...f.model, merges: [['~', '~~~']] } })],
  ['a merge into a special token', 'roberta', f => ({ ...f, model: { ...f.model, merges: [['<', 's>']] } })],
  ['bytes as pieces of their own', 'roberta', f => ({ ...f, model: { ...f.model, byte_fallback: true } })],
  ['whole words before merges', 'roberta', f => ({ ...f, model: { ...f.model, ignore_merges: true } })],
])('refuses %s (%s)', (_, family, damage) => {
  expect(() => createTokenizer(damage(files[family]()))).toThrow(
    expect.objectContaining({ name: 'RerankError', code: 'bad-tokenizer' }),
  )
})
