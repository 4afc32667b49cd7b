import { normalizeWord } from './normalize.js'

/**
 * Scripts without spaces between words, and Korean, which attaches particles to words. Their terms are pairs of
 * neighboring characters.
 */
const UNSPACED =
  '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}ー'
const HOLDS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u')
const UNSPACED_RUNS = new RegExp(`[${UNSPACED}][${UNSPACED}\\p{M}]*`, 'gu')

/**
 * A word of the index. A word may hold `_`, `$`, combining marks, invisible characters, and apostrophes between
 * letters. Flags (`--no-cache`), versions (`3.0.1`), letters with signs (`C++`, `C#`), operators (`||>`, `??`) and
 * emoji (🚀) are words too.
 */
const wordPattern = new RegExp(
  [
    String.raw`\p{Extended_Pictographic}(?:\u200D\p{Extended_Pictographic}|[\uFE0F\u{1F3FB}-\u{1F3FF}])*`,
    String.raw`(?<![\p{L}\p{N}_\-./])--?\p{L}[\p{L}\p{N}_]*(?:-[\p{L}\p{N}_]+)*`,
    String.raw`(?<![\p{L}\p{N}_.])v?\p{N}+(?:\.\p{N}+)+(?![\p{L}\p{N}_])`,
    String.raw`\p{L}[\p{L}\p{N}]*(?:\+\+|#)(?![\p{L}\p{N}#+])`,
    String.raw`[\p{L}\p{N}_$][\p{L}\p{N}\p{M}_$\u00AD\u200B-\u200F\u2060\uFEFF]*(?:['’ʼ＇]\p{L}[\p{L}\p{M}]*)*`,
    String.raw`(?<![!%&*+<=>?^|~:\-])[!%&*+<=>?^|~:\-]{2,4}(?![!%&*+<=>?^|~:\-])`,
  ].join('|'),
  'gu',
)

/** A word of a text, and where it stands there. */
export interface Token {
  word: string
  index: number
  length: number
}

/** The words of a text. A run of a script without spaces is cut into overlapping pairs of characters. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    if (HOLDS_UNSPACED.test(word)) tokens.push(...unspacedTokens(word, index))
    else tokens.push({ word, index, length: word.length })
  }
  return tokens
}

export function wordsOf(text: string): string[] {
  return tokensOf(text).map(({ word }) => word)
}

function unspacedTokens(word: string, start: number): Token[] {
  const composed = word.normalize('NFKC')
  // If composing syllables moves characters, a hit covers the whole word.
  const moved = composed.length !== word.length
  const token = (part: string, index: number): Token =>
    moved
      ? { word: part, index: start, length: word.length }
      : { word: part, index: start + index, length: part.length }
  const tokens: Token[] = []
  let end = 0
  const between = (to: number) => {
    for (const { 0: other, index } of composed.slice(end, to).matchAll(/[\p{L}\p{N}\p{M}_$]+/gu)) {
      tokens.push(token(other, end + index))
    }
  }
  for (const { 0: run, index } of composed.matchAll(UNSPACED_RUNS)) {
    between(index)
    end = index + run.length
    const characters = [...run]
    let offset = index
    for (let i = 0; i + 1 < characters.length || i === 0; i++) {
      tokens.push(token(characters[i]! + (characters[i + 1] ?? ''), offset))
      offset += characters[i]!.length
    }
  }
  between(composed.length)
  return tokens
}

/** Whether a word holds characters of a script without spaces. */
export function isUnspaced(word: string): boolean {
  return HOLDS_UNSPACED.test(word)
}

/** Whether a word is a flag, such as `--no-cache`. */
export function isFlag(word: string): boolean {
  return /^--?\p{L}/u.test(word)
}

export function singular(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || /(ss|us|is)$/.test(word)) return word
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`
  return word.slice(0, /(?:ss|x|sh|zz|[^a]ch)es$/.test(word) ? -2 : -1)
}

/**
 * The index terms of a word: the word itself and its parts. Identifiers (`bodyLimit`, `HTTPServer`), flags, versions
 * (`3`, `3.0`) and words with an apostrophe have parts.
 */
export function termsOf(word: string): string[] {
  if (PLAIN_WORD.test(word)) return [singular(word)]
  const version = /^v?(\p{N}+)((?:\.\p{N}+)+)$/u.exec(word)
  if (version) return versionTerms(normalizeWord(version[1]! + version[2]!))
  const [before, ...after] = word.split(/['’ʼ＇]/)
  if (after.length > 0) return apostropheTerms(before!, after)
  const whole = isFlag(word) ? normalizeWord(word) : singular(normalizeWord(word))
  const parts = word.split(BETWEEN_PARTS).filter(part => part !== '')
  if (parts.length === 1 && parts[0] === word && !/\p{N}$/u.test(word)) return [whole]
  const terms = [whole]
  for (const part of parts) {
    const term = singular(normalizeWord(part))
    const letters = term.replace(/\p{N}+$/u, '')
    if (part.length > 1) terms.push(term)
    if (letters.length > 2) terms.push(singular(letters))
  }
  return [...new Set(terms)]
}

/** Most words of most texts. */
const PLAIN_WORD = /^[a-z]+$/

const BETWEEN_PARTS = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|[_$\-+#]+/u

function versionTerms(version: string): string[] {
  const numbers = version.split('.')
  return numbers.map((_, i) => numbers.slice(0, i + 1).join('.')).reverse()
}

/** `don’t` → dont, `Fastify’s` → fastify, `l’eau` → leau and eau. */
function apostropheTerms(before: string, after: readonly string[]): string[] {
  if (after.length === 1 && /^s$/i.test(after[0]!)) return termsOf(before)
  const parts = [before, ...after].filter(part => part.length > 2)
  return [...new Set([normalizeWord(before + after.join('')), ...parts.flatMap(termsOf)])]
}

/**
 * Splits a text into pieces, to highlight terms.
 * @param terms the terms of the index to mark: `Candidate.terms`
 * @returns pieces that, joined, are the text
 */
export function markTerms(text: string, terms: ReadonlySet<string>): { text: string; marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = []
  let end = 0
  for (const { word, index, length } of tokensOf(text)) {
    if (index + length <= end || !termsOf(word).some(term => terms.has(term))) continue
    if (index > end) pieces.push({ text: text.slice(end, index), marked: false })
    const marked = text.slice(Math.max(index, end), index + length)
    // Pairs of characters that overlap are one hit.
    if (index < end) pieces.at(-1)!.text += marked
    else pieces.push({ text: marked, marked: true })
    end = index + length
  }
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false })
  return pieces
}
