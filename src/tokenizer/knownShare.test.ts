import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { KnownShare } from './knownShare.js'
import { createTokenizer } from './tokenize.js'

const english = createTokenizer(JSON.parse(readFileSync('public/models/mvp-mini/tokenizer.json', 'utf8')))

it.each([
  ['how do I stop the server', 1],
  ['bodyLimit', 1],
  ['asdfgh', 0.5],
  ['404', 1],
  ['🚀', 1],
])('the shipped model knows “%s”', (text, least) => {
  expect(english.knownShare(text)).toBeGreaterThanOrEqual(least)
})

it.each(['酵母とは何か', '如何关闭服务器', 'ลืมรหัสผ่าน', '비밀번호 분실', 'चाय कैसे बनाते हैं', 'Ⴀⴀ ႠႡႢ'])(
  'the shipped model does not know “%s”',
  text => {
    expect(english.knownShare(text)).toBeLessThan(0.5)
  },
)

it('Chinese characters are words to a vocabulary that has thousands of them', () => {
  const characters = Array.from({ length: 4000 }, (_, i) => String.fromCodePoint(0x4e00 + i))
  const encode = (text: string) => [...text].map(character => characters.indexOf(character))
  expect(new KnownShare(encode, characters).of('一丁')).toBe(1)
  expect(new KnownShare(encode, characters.slice(0, 500)).of('一丁')).toBe(0)
})
