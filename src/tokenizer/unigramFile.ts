import { describeValue } from '../util/describeValue.js'
import { CharsMap } from './charsmap.js'
import type { ReadPieces } from './tokenizer.js'
import type { TokenizerFile } from './tokenizerFile.js'
import { Unigram, type UnigramModel } from './unigram.js'

/** Time to tokenize grows with the longest piece. Known files have 16. */
const MAX_PIECE = 256
/** No known file nests sequences. */
const MAX_NESTING = 8

/** SentencePiece's Unigram. */
export const family: ReadPieces = file => {
  const { bad, json } = file
  const model = readModel(file)
  const map = new CharsMap(bad, readCharsMap(file, json.normalizer))
  const pieces = new Unigram(model, bad)
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
    texts: () => model.pieces.map((piece, id) => (model.reserved.has(id) ? '' : piece)),
  }
}

/** The first `units` UTF-16 units of a text. It never ends within a pair of surrogates. */
function beginning(text: string, units: number): string {
  const last = text.charCodeAt(units - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? units - 1 : units)
}

function readModel({ model, special, bad }: TokenizerFile): UnigramModel {
  const { vocab } = model
  // In the compact form, a model of hundreds of thousands of pieces needs no object for each of them.
  const isCompact = typeof vocab === 'string'
  if (!isCompact && !Array.isArray(vocab)) throw bad('model.vocab is not a list.')
  const pieces: readonly string[] = isCompact ? vocab.split(' ') : vocab.map(entry => entry?.[0])
  const scores = isCompact ? fromBase64(model.scores, Float32Array, bad) : Float32Array.from(vocab, entry => entry?.[1])
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
  return known
}

/**
 * `CharsMap.normalize` does the other steps (Strip, Replace of runs of spaces) as part of SentencePiece's
 * normalization.
 */
function readCharsMap(file: TokenizerFile, normalizer: unknown, depth = 0): Uint8Array | undefined {
  if (!normalizer) return undefined
  const { object, bad } = file
  const { type, normalizers, precompiled_charsmap: map } = object(normalizer, 'normalizer')
  if (type === 'Sequence' && Array.isArray(normalizers)) {
    if (depth > MAX_NESTING) throw bad('normalizer nests too deep.')
    return normalizers.map(each => readCharsMap(file, each, depth + 1)).find(Boolean)
  }
  if (type === 'Strip' || type === 'Replace') return undefined
  if (type !== 'Precompiled') throw bad(`The normalizer is of type ${describeValue(type)}.`)
  return typeof map === 'string' ? fromBase64(map, Uint8Array, bad) : undefined
}

function fromBase64<T>(text: unknown, Numbers: new (bytes: ArrayBuffer) => T, bad: TokenizerFile['bad']): T {
  try {
    return new Numbers(Uint8Array.from(atob(text as string), character => character.charCodeAt(0)).buffer)
  } catch {
    throw bad('A field is not base64.')
  }
}
