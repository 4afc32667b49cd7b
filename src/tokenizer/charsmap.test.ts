import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { tokenizerFromSpiece } from '../../models/convert/spiece.js'
import { makeString } from '../../models/oracles/tokenizer/strings.js'
import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { CharsMap } from './charsmap.js'

const spiece = readFileSync(new URL('../../models/oracles/tokenizer/spiece.model', import.meta.url))
const { normalizer } = tokenizerFromSpiece(spiece) as { normalizer: { precompiled_charsmap: string } }
const file = Uint8Array.from(Buffer.from(normalizer.precompiled_charsmap, 'base64'))
const bad = (message: string) => modelError('bad-tokenizer', message)
const map = new CharsMap(bad, file)

const encoder = new TextEncoder()
const decoder = new TextDecoder()

function normalize(text: string, by = map): string {
  const { bytes, length } = by.normalize(encoder.encode(text), true)
  return decoder.decode(bytes.subarray(0, length))
}

test('normalizes as the map says', () => {
  expect(normalize('Ａ\u00a0ﬁ e\u0301 ㍿')).toBe('▁A▁fi▁é▁株式会社')
  // NFKC gives other answers to these: the tilde, a control character, a literal space symbol.
  expect(normalize('a～b \u0007c▁d')).toBe('▁a～b▁c▁d')
})

test('makes runs of spaces one and drops them at both ends', () => {
  expect(normalize(' \u3000\t a \n\u200b b  ')).toBe('▁a▁b')
  expect(normalize(' \u00a0 ')).toBe('')
})

test('without a map only splits at spaces', () => {
  expect(normalize(' Ａ  ﬁ ', new CharsMap(bad))).toBe('▁Ａ▁ﬁ')
})

test('knows how much of a beginning stays as it is', () => {
  for (let i = 0; i < 300; i++) {
    const text = makeString(i)
    const bytes = encoder.encode(text)
    const all = map.normalize(bytes, true)
    for (const end of [1, 2, 3, 7, bytes.length >> 1, bytes.length - 1]) {
      // Cut between characters.
      if (end >= bytes.length || (bytes[end]! & 0xc0) === 0x80) continue
      const beginning = map.normalize(bytes.subarray(0, end), false)
      expect(beginning.bytes.subarray(0, beginning.stable)).toEqual(all.bytes.subarray(0, beginning.stable))
    }
  }
})

test('a damaged map fails with an error of its own or not at all', () => {
  const trie = 4 + new DataView(file.buffer).getUint32(0, true)
  const text = encoder.encode(makeString(7) + makeString(257))
  for (let i = 0; i < 100; i++) {
    const damaged = file.slice(0, i % 3 ? undefined : trie + 50 * i)
    // Places all over the map, the early ones, which every search passes, more often.
    for (let k = 0; k < 200; k++)
      damaged[((i * 200 + k) * 69069) % (k % 2 ? 2048 : damaged.length)] = (i * 31 + k * 7) & 0xff
    try {
      new CharsMap(bad, damaged).normalize(text, true)
    } catch (error) {
      expect(error).toBeInstanceOf(RerankError)
    }
  }
})
