import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { bertCut, bertWords } from './bertWords.js'
import { byteLevelWords, fromByteCharacters, toByteCharacters } from './byteLevel.js'
import { CharsMap } from './charsmap.js'
import { KnownShare } from './knownShare.js'
import {
  type ByteLevelTokenizer,
  readTokenizer,
  type UnigramTokenizer,
  type WordPieceTokenizer,
} from './tokenizerJson.js'
import { Unigram } from './unigram.js'
import { wordPieces } from './wordPiece.js'

export interface Tokenizer {
  /**
   * Converts plain text to token ids. It adds no special tokens, and reads text that spells one (`</s>`, `[SEP]`,
   * `<extra_id_0>`) as plain text, so a passage can neither end a prompt nor forge a view. Lone surrogates count as
   * U+FFFD.
   * @param limit the number of ids wanted; no more of a long text is read than they need
   */
  encode(text: string, limit?: number): number[]
  /** The share of a text's letters that the vocabulary knows in pieces of two letters or more, from 0 to 1. */
  knownShare(text: string): number
}

/**
 * Makes a tokenizer with the ids of Python's slow T5Tokenizer (Unigram), BertTokenizerFast (WordPiece) or
 * RobertaTokenizerFast (byte-level BPE).
 * @param tokenizerJson a parsed tokenizer.json
 * @throws RerankError bad-tokenizer
 */
export function createTokenizer(tokenizerJson: unknown): Tokenizer {
  const tokenizer = readTokenizer(tokenizerJson)
  const encoder = encoderOf(tokenizer)
  let known: KnownShare | undefined
  return {
    ...encoder,
    knownShare(text) {
      known ??= new KnownShare(encoder.encode, piecesOf(tokenizer))
      return known.of(text)
    },
  }
}

function encoderOf(tokenizer: AnyTokenizer): Encode {
  if (tokenizer.type === 'Unigram') return unigram(tokenizer)
  return tokenizer.type === 'WordPiece' ? wordPiece(tokenizer) : byteLevel(tokenizer)
}

type AnyTokenizer = UnigramTokenizer | WordPieceTokenizer | ByteLevelTokenizer

/** By id, without signs of where a word begins; those that stand for no text are empty. */
function piecesOf(tokenizer: AnyTokenizer): string[] {
  if (tokenizer.type === 'Unigram') {
    const { pieces, reserved } = tokenizer.model
    return pieces.map((piece, id) => (reserved.has(id) ? '' : piece))
  }
  const pieces: string[] = []
  if (tokenizer.type === 'BPE') for (const [piece, id] of tokenizer.ids) pieces[id] = fromByteCharacters(piece)
  else {
    const { ids, unknownId } = tokenizer.model
    for (const [piece, id] of ids) pieces[id] = id === unknownId ? '' : piece.replace(/^##/, '')
  }
  return pieces
}

type Encode = Pick<Tokenizer, 'encode'>

function unigram({ charsMap, model }: UnigramTokenizer): Encode {
  const map = new CharsMap(charsMap)
  const pieces = new Unigram(model)
  const encoder = new TextEncoder()
  const segment = (text: string, whole: boolean, limit: number) =>
    pieces.segment(map.normalize(encoder.encode(text), whole), whole, limit)
  return {
    encode(text, limit = Infinity) {
      let ids: number[] | undefined
      for (let units = 16 * limit + 256; !ids && units < text.length; units *= 4) {
        ids = segment(beginning(text, units), false, limit)
      }
      ids ??= segment(text, true, limit)!
      return ids.length > limit ? ids.slice(0, limit) : ids
    },
  }
}

/** A word's pieces, which depend on the word alone. Words repeat, so they are remembered. */
function remembered(encode: (word: string) => number[]): (word: string) => readonly number[] {
  const known = new Map<string, readonly number[]>()
  return word => {
    let ids = known.get(word)
    if (!ids) {
      ids = encode(word)
      if (known.size === WORDS) known.clear()
      if (word.length <= LONGEST_WORD) known.set(word, ids)
    }
    return ids
  }
}

function wordPiece({ normalization, model }: WordPieceTokenizer): Encode {
  const ofWord = remembered(word => wordPieces(word, model))
  return {
    encode(text, limit = Infinity) {
      const ids: number[] = []
      for (let from = 0; from < text.length && ids.length < limit; ) {
        const to = bertCut(text, from + CHUNK)
        for (const [word] of bertWords(text.slice(from, to), normalization).matchAll(/\S+/g)) {
          for (const id of ofWord(word)) ids.push(id)
        }
        from = to
      }
      return ids.length > limit ? ids.slice(0, limit) : ids
    },
  }
}

function byteLevel({ prefixSpace, nfc, added, model }: ByteLevelTokenizer): Encode {
  const pieces = new HuggingFaceTokenizer(
    {
      normalizer: null,
      pre_tokenizer: { type: 'WhitespaceSplit' },
      model,
      post_processor: null,
      decoder: null,
      added_tokens: [],
    },
    {},
  )
  const ofWord = remembered(word => pieces.encode(toByteCharacters(word)).ids)
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
            for (const id of ofWord(word)) ids.push(id)
          }
        }
        if (ids.length >= limit) break
      }
      return ids.length > limit ? ids.slice(0, limit) : ids
    },
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

/** The largest number of remembered words, and the longest of them. */
const WORDS = 8192
const LONGEST_WORD = 64

/** The number of UTF-16 units that are tokenized at once. */
const CHUNK = 4096

/** The first `units` UTF-16 units of a text. It never ends within a pair of surrogates. */
function beginning(text: string, units: number): string {
  const last = text.charCodeAt(units - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? units - 1 : units)
}
