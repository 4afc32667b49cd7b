import type { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { describeValue } from '../util/describeValue.js'
import type { BertNormalization } from './bertWords.js'
import { hasAllBytes } from './byteLevel.js'
import type { UnigramModel } from './unigram.js'
import type { WordPieceModel } from './wordPiece.js'

export interface UnigramTokenizer {
  type: 'Unigram'
  charsMap?: Uint8Array
  model: UnigramModel
}

export interface WordPieceTokenizer {
  type: 'WordPiece'
  normalization: BertNormalization
  model: WordPieceModel
}

export interface ByteLevelTokenizer {
  type: 'BPE'
  /** Whether a text that begins with no space is read as if it did. */
  prefixSpace: boolean
  /** Whether the text is brought to Unicode's form NFC first. */
  nfc: boolean
  /** Texts that are tokens wherever they stand, with their ids. */
  added: ReadonlyMap<string, number>
  /** Of each piece. */
  ids: ReadonlyMap<string, number>
  /** The file's own field, with merges as pairs. */
  model: object
}

type Json = Record<string, unknown>

/**
 * Time to tokenize grows with the longest piece and with the square of the longest word. Known files have 16 and 100.
 */
const MAX_PIECE = 256
const MAX_WORD = 256
/** No known file nests sequences. */
const MAX_NESTING = 8

/**
 * Reads and checks a tokenizer.json. It refuses anything that this library would not compute as Python does.
 * @throws RerankError bad-tokenizer
 */
export function readTokenizer(json: unknown): UnigramTokenizer | WordPieceTokenizer | ByteLevelTokenizer {
  const file = object(json, 'The file')
  const model = object(file.model, 'model')
  const { special, added } = addedTokens(file)
  if (model.type !== 'BPE' && added.size > 0) {
    // Python would split a text at them before anything else.
    throw bad(`added_tokens has ${describeValue([...added.keys()][0])}, which is not a special token.`)
  }
  if (model.type === 'Unigram') return readUnigram(file, model, special)
  if (model.type === 'WordPiece') return readWordPiece(file, model)
  if (model.type === 'BPE') return readByteLevel(file, model, special, added)
  throw bad(`The model is of type ${describeValue(model.type)}; known are Unigram, WordPiece and BPE.`)
}

function readUnigram(file: Json, model: Json, special: ReadonlySet<number>): UnigramTokenizer {
  const { vocab } = model
  // In the compact form, a model of hundreds of thousands of pieces needs no object for each of them.
  const isCompact = typeof vocab === 'string'
  if (!isCompact && !Array.isArray(vocab)) throw bad('model.vocab is not a list.')
  const pieces: readonly string[] = isCompact ? vocab.split(' ') : vocab.map(entry => entry?.[0])
  const scores = isCompact ? fromBase64(model.scores, Float32Array) : Float32Array.from(vocab, entry => entry?.[1])
  pieces.forEach((piece, id) => {
    if (typeof piece !== 'string' || piece.length > MAX_PIECE || !Number.isFinite(scores[id])) {
      throw bad(`model.vocab[${id}] is not a piece and its score.`)
    }
  })
  const unknownId = model.unk_id
  if (typeof unknownId !== 'number' || !(unknownId in pieces)) throw bad('model.unk_id is not the id of a piece.')
  const reserved = new Set(special).add(unknownId)
  const known: UnigramModel = { pieces, scores, unknownId, reserved }
  if (model.byte_fallback === true) {
    const ids = new Map(pieces.map((piece, id) => [piece, id]))
    known.byteIds = Int32Array.from({ length: 256 }, (_, byte) => {
      const id = ids.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
      if (id === undefined) throw bad(`model.vocab lacks a piece for the byte ${byte}.`)
      reserved.add(id)
      return id
    })
  }
  const charsMap = readCharsMap(file.normalizer)
  return charsMap ? { type: 'Unigram', charsMap, model: known } : { type: 'Unigram', model: known }
}

/**
 * `CharsMap.normalize` does the other steps (Strip, Replace of runs of spaces) as part of SentencePiece's
 * normalization.
 */
function readCharsMap(normalizer: unknown, depth = 0): Uint8Array | undefined {
  if (!normalizer) return undefined
  const { type, normalizers, precompiled_charsmap: map } = object(normalizer, 'normalizer')
  if (type === 'Sequence' && Array.isArray(normalizers)) {
    if (depth > MAX_NESTING) throw bad('normalizer nests too deep.')
    return normalizers.map(each => readCharsMap(each, depth + 1)).find(Boolean)
  }
  if (type === 'Strip' || type === 'Replace') return undefined
  if (type !== 'Precompiled') throw bad(`The normalizer is of type ${describeValue(type)}.`)
  return typeof map === 'string' ? fromBase64(map, Uint8Array) : undefined
}

function fromBase64<T>(text: unknown, Numbers: new (bytes: ArrayBuffer) => T): T {
  try {
    return new Numbers(Uint8Array.from(atob(text as string), character => character.charCodeAt(0)).buffer)
  } catch {
    throw bad('A field is not base64.')
  }
}

function readWordPiece(file: Json, model: Json): WordPieceTokenizer {
  const ids = idsByPiece(model)
  const unknownId = ids.get(model.unk_token as string)
  if (unknownId === undefined) throw bad('model.unk_token is not a word of the vocabulary.')
  const prefix = model.continuing_subword_prefix
  if (typeof prefix !== 'string') throw bad('model.continuing_subword_prefix is missing.')
  const longest = model.max_input_chars_per_word ?? 100
  if (typeof longest !== 'number' || !(longest >= 0 && longest <= MAX_WORD)) {
    throw bad(`model.max_input_chars_per_word is ${describeValue(longest)}.`)
  }
  const normalizer = object(file.normalizer, 'normalizer')
  if (
    normalizer.type !== 'BertNormalizer' ||
    normalizer.clean_text !== true ||
    normalizer.handle_chinese_chars !== true
  ) {
    throw bad('The normalizer is not a BertNormalizer that cleans the text and separates ideographs.')
  }
  if (object(file.pre_tokenizer, 'pre_tokenizer').type !== 'BertPreTokenizer') {
    throw bad('The pre-tokenizer is not a BertPreTokenizer.')
  }
  const lowercase = normalizer.lowercase === true
  return {
    type: 'WordPiece',
    normalization: {
      lowercase,
      stripAccents: typeof normalizer.strip_accents === 'boolean' ? normalizer.strip_accents : lowercase,
    },
    model: { ids, unknownId, prefix, longest },
  }
}

function readByteLevel(
  file: Json,
  model: Json,
  special: ReadonlySet<number>,
  added: ReadonlyMap<string, number>,
): ByteLevelTokenizer {
  const ids = idsByPiece(model)
  if (!hasAllBytes(ids)) throw bad('model.vocab lacks bytes, so it is not of a byte-level BPE.')
  if (!Array.isArray(model.merges)) throw bad('model.merges is not a list.')
  const merges = model.merges.map((merge: unknown, i): [string, string] => {
    const [first, second, ...rest] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : []
    if (typeof first !== 'string' || typeof second !== 'string' || rest.length > 0) {
      throw bad(`model.merges[${i}] is not a pair of pieces.`)
    }
    const piece = first + second
    const id = ids.get(piece)
    if (id === undefined || special.has(id)) {
      throw bad(`model.merges[${i}] makes ${describeValue(piece)}, which is no piece of text.`)
    }
    return [first, second]
  })
  for (const name of OTHER_BPE) {
    if (model[name]) throw bad(`model.${name} is ${describeValue(model[name])}.`)
  }
  const nfc = ((file.normalizer ?? {}) as Json).type === 'NFC'
  if (file.normalizer && !nfc) throw bad('The normalizer of a byte-level BPE is neither null nor NFC.')
  const { type, use_regex, add_prefix_space } = object(file.pre_tokenizer, 'pre_tokenizer')
  if (type !== 'ByteLevel' || use_regex === false) throw bad('The pre-tokenizer is not a ByteLevel that splits words.')
  return { type: 'BPE', prefixSpace: add_prefix_space === true, nfc, added, ids, model: { ...model, merges } }
}

/** Settings of BPE that are off in RoBERTa's and would change ids. */
const OTHER_BPE = ['dropout', 'continuing_subword_prefix', 'end_of_word_suffix', 'byte_fallback', 'ignore_merges']

function idsByPiece(model: Json): Map<string, number> {
  const ids = new Map<string, number>()
  for (const [piece, id] of Object.entries(object(model.vocab, 'model.vocab'))) {
    if (!Number.isInteger(id) || (id as number) < 0) throw bad(`model.vocab[${describeValue(piece)}] is not an id.`)
    ids.set(piece, id as number)
  }
  return ids
}

interface AddedTokens {
  /** Ids of special tokens, which no text spells. */
  special: ReadonlySet<number>
  /** The others, which every text may spell. */
  added: ReadonlyMap<string, number>
}

function addedTokens(file: Json): AddedTokens {
  const tokens = file.added_tokens ?? []
  if (!Array.isArray(tokens)) throw bad('added_tokens is not a list.')
  const special = new Set<number>()
  const added = new Map<string, number>()
  tokens.forEach((token: unknown, i) => {
    const { id, content, ...flags } = object(token, `added_tokens[${i}]`)
    if (!Number.isInteger(id)) throw bad(`added_tokens[${i}] has no id.`)
    if (flags.special === true) special.add(id as number)
    else if (content && typeof content === 'string' && !flags.single_word && !flags.lstrip && !flags.rstrip) {
      added.set(content, id as number)
    } else throw bad(`added_tokens[${i}] is neither special nor a text that stands for itself.`)
  })
  return { special, added }
}

function object(value: unknown, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad(`${name} is not an object.`)
  return value as Json
}

function bad(message: string): RerankError {
  return modelError('bad-tokenizer', `tokenizer.json: ${message}`)
}
