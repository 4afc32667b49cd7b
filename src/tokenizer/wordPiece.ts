import { describeValue } from '../util/describeValue.js'
import { type BertNormalization, bertCut, bertWords } from './bertWords.js'
import type { Pieces } from './tokenizer.js'
import type { TokenizerFile } from './tokenizerFile.js'
import { remembered } from './wordMemory.js'

/** Time to tokenize grows with the square of the longest word. Known files have 100. */
const MAX_WORD = 256

/** The number of UTF-16 units that are tokenized at once. */
const CHUNK = 4096

/** WordPiece with BERT's normalization. @throws RerankError `bad-tokenizer` */
export function readWordPiece(file: TokenizerFile): Pieces {
  const { json, model, bad } = file
  const vocab = file.vocabulary()
  const {
    unk_token: unknownPiece,
    continuing_subword_prefix: prefix,
    max_input_chars_per_word: longest = 100,
  } = model as Record<string, unknown>
  const unknown = typeof unknownPiece === 'string' ? vocab.get(unknownPiece) : undefined
  if (unknown === undefined) throw bad('model.unk_token is not a word of the vocabulary.')
  if (typeof prefix !== 'string') throw bad('model.continuing_subword_prefix is missing.')
  if (typeof longest !== 'number' || !(longest >= 0 && longest <= MAX_WORD)) {
    throw bad(`model.max_input_chars_per_word is ${describeValue(longest)}.`)
  }
  const normalization = readNormalization(file)
  if (file.object(json.pre_tokenizer, 'pre_tokenizer').type !== 'BertPreTokenizer') {
    throw bad('The pre-tokenizer is not a BertPreTokenizer.')
  }
  const idsOf = remembered(word => longestPieces(word, { vocab, prefix, unknown, longest }))
  return {
    encode(text, limit = Infinity) {
      const ids: number[] = []
      for (let from = 0; from < text.length && ids.length < limit; ) {
        const to = bertCut(text, from + CHUNK)
        for (const [word] of bertWords(text.slice(from, to), normalization).matchAll(/\S+/g)) {
          for (const id of idsOf(word)) ids.push(id)
        }
        from = to
      }
      return ids.length > limit ? ids.slice(0, limit) : ids
    },
    texts() {
      const texts: string[] = []
      for (const [piece, id] of vocab) texts[id] = id === unknown ? '' : piece.replace(/^##/, '')
      return texts
    },
  }
}

function readNormalization({ json, object, bad }: TokenizerFile): BertNormalization {
  const normalizer = object(json.normalizer, 'normalizer')
  if (
    normalizer.type !== 'BertNormalizer' ||
    normalizer.clean_text !== true ||
    normalizer.handle_chinese_chars !== true
  ) {
    throw bad('The normalizer is not a BertNormalizer that cleans the text and separates ideographs.')
  }
  const lowercase = normalizer.lowercase === true
  return {
    lowercase,
    stripAccents: typeof normalizer.strip_accents === 'boolean' ? normalizer.strip_accents : lowercase,
  }
}

interface WordPieceModel {
  vocab: ReadonlyMap<string, number>
  /** Marks the pieces that continue a word. */
  prefix: string
  unknown: number
  /** In characters; a longer word is unknown. */
  longest: number
}

/** The longest piece at each place of a word. A word is unknown as a whole if no piece fits some place. */
function longestPieces(word: string, { vocab, prefix, unknown, longest }: WordPieceModel): number[] {
  const characters = [...word]
  if (characters.length > longest) return [unknown]
  const ids: number[] = []
  for (let from = 0; from < characters.length; ) {
    let to = characters.length
    let id: number | undefined
    for (; to > from; to--) {
      id = vocab.get((from > 0 ? prefix : '') + characters.slice(from, to).join(''))
      if (id !== undefined) break
    }
    if (id === undefined) return [unknown]
    ids.push(id)
    from = to
  }
  return ids
}
