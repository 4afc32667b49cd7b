import type { RerankError } from '../../src/api/errors.js'
import { modelError } from '../../src/api/modelErrors.js'
import { protobufFields } from '../../src/graph/protobuf.js'
import { describeValue } from '../../src/util/describeValue.js'

/** The largest known, mT5's, is 4.3 MB. */
const MAX_BYTES = 64 * 1024 * 1024

const UNIGRAM = 1

/** ModelProto.SentencePiece.Type */
const TYPE = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const

interface Piece {
  piece: string
  score: number
  type: number
}

/**
 * Converts a `spiece.model`, the one tokenizer file that every T5 checkpoint has, to the content of a tokenizer.json.
 * The sentinels `<extra_id_…>` come last and count down, as in T5Tokenizer.
 * @param bytes the file, a sentencepiece ModelProto
 * @throws RerankError bad-tokenizer
 */
export function tokenizerFromSpiece(bytes: Uint8Array, { extraIds = 100 }: { extraIds?: number } = {}): object {
  const model = read(bytes)
  check(model)
  const pieces = [...model.pieces]
  for (let i = extraIds - 1; i >= 0; i--) pieces.push({ piece: `<extra_id_${i}>`, score: 0, type: TYPE.control })
  const eos = pieces.findIndex(({ piece, type }) => piece === '</s>' && type === TYPE.control)
  if (eos < 0) throw bad('It has no </s>.')
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    // Pieces that no text produces.
    added_tokens: pieces.flatMap(({ piece, type }, id) =>
      type === TYPE.normal || type === TYPE.byte
        ? []
        : [{ id, content: piece, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true }],
    ),
    normalizer:
      model.charsMap.length > 0 ? { type: 'Precompiled', precompiled_charsmap: base64(model.charsMap) } : null,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'WhitespaceSplit' },
        { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
      ],
    },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
      pair: [
        { Sequence: { id: 'A', type_id: 0 } },
        { SpecialToken: { id: '</s>', type_id: 0 } },
        { Sequence: { id: 'B', type_id: 0 } },
        { SpecialToken: { id: '</s>', type_id: 0 } },
      ],
      special_tokens: { '</s>': { id: '</s>', ids: [eos], tokens: ['</s>'] } },
    },
    decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
    model: {
      type: 'Unigram',
      unk_id: pieces.findIndex(({ type }) => type === TYPE.unknown),
      vocab: pieces.map(({ piece, score }) => [piece, score]),
      byte_fallback: model.byteFallback,
    },
  }
}

function read(bytes: Uint8Array) {
  if (bytes.length > MAX_BYTES) throw bad(`It has ${bytes.length} bytes; no tokenizer has so many.`)
  const pieces: Piece[] = []
  let charsMap: Uint8Array = new Uint8Array(0)
  // The format's defaults, by the fields' numbers in sentencepiece_model.proto.
  const trainer = { modelType: UNIGRAM, whitespaceAsSuffix: 0, byteFallback: 0 }
  const normalizer = { addDummyPrefix: 1, removeExtraWhitespaces: 1, escapeWhitespaces: 1 }
  try {
    for (const { number, value } of protobufFields(bytes)) {
      if (!(value instanceof Uint8Array)) continue
      if (number === 1) pieces.push(readPiece(value))
      else if (number === 2) {
        for (const field of protobufFields(value)) {
          if (typeof field.value !== 'number') continue
          if (field.number === 3) trainer.modelType = field.value
          else if (field.number === 24) trainer.whitespaceAsSuffix = field.value
          else if (field.number === 35) trainer.byteFallback = field.value
        }
      } else if (number === 3) {
        for (const field of protobufFields(value)) {
          if (field.number === 2 && field.value instanceof Uint8Array) charsMap = field.value
          if (typeof field.value !== 'number') continue
          if (field.number === 3) normalizer.addDummyPrefix = field.value
          else if (field.number === 4) normalizer.removeExtraWhitespaces = field.value
          else if (field.number === 5) normalizer.escapeWhitespaces = field.value
        }
      }
    }
  } catch (cause) {
    throw modelError('bad-tokenizer', 'spiece.model: The file is damaged.', { cause })
  }
  return { pieces, charsMap, ...trainer, ...normalizer, byteFallback: trainer.byteFallback !== 0 }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function readPiece(message: Uint8Array): Piece {
  const read: Piece = { piece: '', score: 0, type: TYPE.normal }
  for (const { number, value } of protobufFields(message)) {
    if (number === 1 && value instanceof Uint8Array) read.piece = decoder.decode(value)
    else if (number === 2 && typeof value === 'number') read.score = value
    else if (number === 3 && typeof value === 'number') read.type = value
  }
  return read
}

function check(model: ReturnType<typeof read>): void {
  if (model.modelType !== UNIGRAM) throw bad('It is not a Unigram model, as T5 has.')
  if (
    model.whitespaceAsSuffix !== 0 ||
    model.addDummyPrefix === 0 ||
    model.removeExtraWhitespaces === 0 ||
    model.escapeWhitespaces === 0
  ) {
    throw bad('It treats spaces in another way than T5.')
  }
  const seen = new Set<string>()
  for (const { piece, score, type } of model.pieces) {
    if (piece === '' || seen.has(piece)) throw bad(`The piece ${describeValue(piece)} is empty or there twice.`)
    if (!Number.isFinite(score)) throw bad(`The piece ${describeValue(piece)} has no score.`)
    if (type === TYPE.userDefined) throw bad(`The piece ${describeValue(piece)} is user-defined, which T5 has not.`)
    seen.add(piece)
  }
  if (model.pieces.filter(({ type }) => type === TYPE.unknown).length !== 1) throw bad('It has not one unknown piece.')
}

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(binary)
}

function bad(message: string): RerankError {
  return modelError('bad-tokenizer', `spiece.model: ${message}`)
}
