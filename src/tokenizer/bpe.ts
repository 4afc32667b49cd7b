import { describeValue } from '../util/describeValue.js'
import { byteLevelWords, fromByteCharacters, hasAllBytes, toByteCharacters } from './byteLevel.js'
import type { ReadPieces } from './tokenizer.js'
import type { TokenizerFile } from './tokenizerFile.js'
import { remembered } from './wordMemory.js'

/** Byte-level BPE. */
export const family: ReadPieces = file => {
  const { added } = file
  const vocab = file.vocabulary()
  const ranks = readRanks(file, vocab)
  const { prefixSpace, nfc } = readSettings(file)
  const idsOf = remembered(word => merged(toByteCharacters(word), ranks).map(piece => vocab.get(piece)!))
  const parts = added.size > 0 ? splitter([...added.keys()]) : (text: string) => [text]
  return {
    encode(text, limit = Infinity) {
      const ids: number[] = []
      for (const part of parts(nfc ? text.normalize('NFC') : text)) {
        const known = added.get(part)
        if (known !== undefined) ids.push(known)
        else if (part !== '') {
          for (const word of byteLevelWords(prefixSpace && !part.startsWith(' ') ? ` ${part}` : part)) {
            if (ids.length >= limit) break
            for (const id of idsOf(word)) ids.push(id)
          }
        }
        if (ids.length >= limit) break
      }
      return ids.length > limit ? ids.slice(0, limit) : ids
    },
    texts() {
      const texts: string[] = []
      for (const [piece, id] of vocab) texts[id] = fromByteCharacters(piece)
      return texts
    },
  }
}

/** The order of the merges, by the pair. No character of a piece is a space. */
type Ranks = ReadonlyMap<string, number>

const pairOf = (first: string, second: string) => `${first} ${second}`

function readRanks({ model, special, bad }: TokenizerFile, vocab: ReadonlyMap<string, number>): Ranks {
  if (!hasAllBytes(vocab)) throw bad('model.vocab lacks bytes, so it is not of a byte-level BPE.')
  if (!Array.isArray(model.merges)) throw bad('model.merges is not a list.')
  const pairs = model.merges.map((merge: unknown, i): [string, number] => {
    const [first, second, ...rest] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : []
    if (typeof first !== 'string' || typeof second !== 'string' || rest.length > 0) {
      throw bad(`model.merges[${i}] is not a pair of pieces.`)
    }
    const piece = first + second
    const id = vocab.get(piece)
    if (id === undefined || special.has(id)) {
      throw bad(`model.merges[${i}] makes ${describeValue(piece)}, which is no piece of text.`)
    }
    return [pairOf(first, second), i]
  })
  return new Map(pairs)
}

/** Settings of BPE that are off in RoBERTa's and would change ids. */
const OTHER_BPE = ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix', 'byte_fallback', 'ignore_merges']

interface Settings {
  /** Whether a text that begins with no space is read as if it did. */
  prefixSpace: boolean
  /** Whether the text is brought to Unicode's form NFC first. */
  nfc: boolean
}

function readSettings({ json, model, object, bad }: TokenizerFile): Settings {
  for (const name of OTHER_BPE) {
    if (model[name]) throw bad(`model.${name} is ${describeValue(model[name])}.`)
  }
  const nfc = ((json.normalizer ?? {}) as { type?: unknown }).type === 'NFC'
  if (json.normalizer && !nfc) throw bad('The normalizer of a byte-level BPE is neither null nor NFC.')
  const { type, use_regex, add_prefix_space } = object(json.pre_tokenizer, 'pre_tokenizer')
  if (type !== 'ByteLevel' || use_regex === false) throw bad('The pre-tokenizer is not a ByteLevel that splits words.')
  return { prefixSpace: add_prefix_space === true, nfc }
}

/** Merges neighbors, the pair of the lowest rank first, of equal ones the leftmost, until no pair has a rank. */
function merged(characters: string, ranks: Ranks): string[] {
  const pieces = [...characters]
  const rankAt = (i: number) => ranks.get(pairOf(pieces[i]!, pieces[i + 1]!)) ?? Infinity
  const order = Array.from({ length: pieces.length - 1 }, (_, i) => rankAt(i))
  for (;;) {
    let at = -1
    let lowest = Infinity
    for (let i = 0; i < order.length; i++) {
      if (order[i]! < lowest) {
        lowest = order[i]!
        at = i
      }
    }
    if (at < 0) return pieces
    pieces.splice(at, 2, pieces[at]! + pieces[at + 1]!)
    order.splice(at, 1)
    if (at > 0) order[at - 1] = rankAt(at - 1)
    if (at < order.length) order[at] = rankAt(at)
  }
}

/** Splits a text at words that are tokens, of several at a place at the longest; the words are parts, too. */
function splitter(words: readonly string[]): (text: string) => Iterable<string> {
  const longest = [...words].sort((a, b) => b.length - a.length)
  const pattern = new RegExp(longest.map(word => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|'), 'g')
  return function* (text) {
    let from = 0
    for (const { 0: word, index } of text.matchAll(pattern)) {
      yield text.slice(from, index)
      yield word
      from = index + word.length
    }
    yield text.slice(from)
  }
}
