import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { RerankError } from '../../src/api/errors.js'
import { ProtobufWriter } from '../../src/graph/protobuf.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { tokenizerFromSpiece } from './spiece.js'

const file = new Uint8Array(readFileSync(new URL('../oracles/tokenizer/spiece.model', import.meta.url)))

interface TokenizerJson {
  added_tokens: { id: number; content: string }[]
  model: { vocab: [string, number][]; unk_id: number; byte_fallback: boolean }
}
const read = (bytes: Uint8Array, options?: { extraIds?: number }) =>
  tokenizerFromSpiece(bytes, options) as TokenizerJson

const message = (...fields: Iterable<number>[]) => Uint8Array.from(fields.flatMap(field => [...field]))
const bytes = (field: number, content: Uint8Array) => new ProtobufWriter().data(field, content).finish()
const number = (field: number, value: number) => new ProtobufWriter().integer(field, value).finish()
const piece = (text: string, type = 1) =>
  bytes(1, new ProtobufWriter().text(1, text).float(2, -1).integer(3, type).finish())
const basic = [piece('<pad>', 3), piece('</s>', 3), piece('<unk>', 2), piece('▁a'), piece('b')]

test('gives pieces, scores and ids as they are in the file', () => {
  const { model, added_tokens: added } = read(message(...basic), { extraIds: 0 })
  expect(model).toEqual({
    type: 'Unigram',
    unk_id: 2,
    vocab: [
      ['<pad>', -1],
      ['</s>', -1],
      ['<unk>', -1],
      ['▁a', -1],
      ['b', -1],
    ],
    byte_fallback: false,
  })
  expect(added.map(({ id, content }) => [id, content])).toEqual([
    [0, '<pad>'],
    [1, '</s>'],
    [2, '<unk>'],
  ])
})

test('puts the sentinels last, counting down, as T5Tokenizer does', () => {
  const { model, added_tokens: added } = read(file)
  expect(model.vocab).toHaveLength(4100)
  expect(added.find(({ content }) => content === '<extra_id_0>')?.id).toBe(4099)
  expect(added.find(({ content }) => content === '<extra_id_99>')?.id).toBe(4000)
  expect(model.vocab[4000]).toEqual(['<extra_id_99>', 0])
})

test('spells unknown characters in bytes where the model says so', () => {
  const spelt = Array.from({ length: 256 }, (_, byte) =>
    piece(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`, 6),
  )
  const tokenizer = createTokenizer(
    tokenizerFromSpiece(message(...basic, ...spelt, bytes(2, message(number(35, 1)))), { extraIds: 0 }),
  )
  expect(tokenizer.encode('ab é b<0x0A>').slice(0, 7)).toEqual([3, 4, 5 + 0xe2, 5 + 0x96, 5 + 0x81, 5 + 0xc3, 5 + 0xa9])
})

describe('refuses', () => {
  test.each<[string, Uint8Array]>([
    ['an empty file', new Uint8Array(0)],
    ['another file', new TextEncoder().encode('{"model": {"type": "Unigram"}}')],
    ['a model of merges', message(...basic, bytes(2, message(number(3, 2))))],
    ['spaces kept', message(...basic, bytes(3, message(number(4, 0))))],
    ['spaces as suffix', message(...basic, bytes(2, message(number(24, 1))))],
    ['no space in front', message(...basic, bytes(3, message(number(3, 0))))],
    ['no </s>', message(piece('<unk>', 2), piece('a'))],
    ['no unknown piece', message(piece('</s>', 3), piece('a'))],
    ['two unknown pieces', message(...basic, piece('<unk2>', 2))],
    ['a piece twice', message(...basic, piece('b'))],
    ['an empty piece', message(...basic, piece(''))],
    ['a user-defined piece', message(...basic, piece('x', 4))],
    ['a piece that is not UTF-8', message(...basic, bytes(1, message(bytes(1, Uint8Array.of(0xff)))))],
    ['a length beyond the file', message(...basic, [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['an endless number', message(...basic, [0x08, ...new Array<number>(20).fill(0xff)])],
    ['an unknown type of field', message(...basic, [0x0b])],
  ])('%s', (_, damaged) => {
    expect(() => tokenizerFromSpiece(damaged)).toThrow(
      expect.objectContaining({ name: 'RerankError', code: 'bad-tokenizer' }),
    )
  })

  test('a file cut off anywhere', () => {
    const small = message(...basic)
    for (let end = 0; end < small.length; end++) {
      // Cut between two pieces it is a smaller model, sound once it has </s> and <unk>.
      const boundary = basic.some((_, i) => i >= 3 && message(...basic.slice(0, i)).length === end)
      if (!boundary) expect(() => tokenizerFromSpiece(small.subarray(0, end)), `${end}`).toThrow(RerankError)
    }
  })

  test('a damaged file, or reads it as another model', () => {
    for (let i = 0; i < 100; i++) {
      const damaged = file.slice()
      for (let k = 0; k <= i; k++)
        damaged[((i * 100 + k) * 69069) % (k % 2 ? 4096 : damaged.length)] = (i * 31 + k * 7) & 0xff
      try {
        createTokenizer(tokenizerFromSpiece(damaged)).encode('The quick brown fox ﬁ e\u0301')
      } catch (error) {
        expect(error).toBeInstanceOf(RerankError)
      }
    }
  })
})
