import type { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { describeValue } from '../util/describeValue.js'

type Json = Record<string, unknown>

/**
 * A tokenizer.json, with what families need to read it. Families refuse anything that this library would not compute as
 * Python does.
 */
export interface TokenizerFile {
  /** The family. */
  type: 'WordPiece' | 'Unigram' | 'BPE'
  json: Json
  /** The file's own field. */
  model: Json
  /** Ids of special tokens, which no text spells. */
  special: ReadonlySet<number>
  /** Texts that are tokens wherever they stand, with their ids; none but of BPE. */
  added: ReadonlyMap<string, number>
  /** Ids by piece. @throws RerankError `bad-tokenizer` */
  vocabulary(): ReadonlyMap<string, number>
  /** @throws RerankError `bad-tokenizer` */
  object(value: unknown, name: string): Json
  /** Makes a `bad-tokenizer` error. */
  bad(message: string): Error
}

/** @throws RerankError bad-tokenizer */
export function openTokenizerFile(json: unknown): TokenizerFile {
  const file = object(json, 'The file')
  const model = object(file.model, 'model')
  const { special, added } = addedTokens(file)
  const { type } = model
  if (type !== 'BPE' && added.size > 0) {
    // Python would split a text at them before anything else.
    throw bad(`added_tokens has ${describeValue([...added.keys()][0])}, which is not a special token.`)
  }
  if (type !== 'Unigram' && type !== 'WordPiece' && type !== 'BPE') {
    throw bad(`The model is of type ${describeValue(type)}; known are Unigram, WordPiece and BPE.`)
  }
  return { type, json: file, model, special, added, vocabulary: () => vocabularyOf(model), object, bad }
}

function vocabularyOf(model: Json): ReadonlyMap<string, number> {
  const entries = Object.entries(object(model.vocab, 'model.vocab'))
  for (const [piece, id] of entries) {
    if (!Number.isInteger(id) || (id as number) < 0) throw bad(`model.vocab[${describeValue(piece)}] is not an id.`)
  }
  return new Map(entries as [string, number][])
}

function addedTokens(file: Json): Pick<TokenizerFile, 'special' | 'added'> {
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
