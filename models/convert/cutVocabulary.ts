import { readFileSync } from 'node:fs'
import { RerankError } from '../../src/api/errors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { Architecture } from '../../src/model/manifest.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import type { Checkpoint } from './checkpoint.js'
import { spellingOf } from './languages.js'
import type { TokenizerFile } from './tokenizerFile.js'

export interface VocabularyOptions {
  /** Codes of languages (ISO 639-1). Pieces that none of them spells are left out. @default all pieces stay */
  languages?: readonly string[] | undefined
  /**
   * A file of texts in these languages, one a line, which may begin with a weight and a tab. Of the scripts that many
   * languages share, only the pieces that these texts need stay.
   */
  texts?: string | undefined
  /** The most pieces to keep. Those that the texts need least go first; without texts, those that are least likely. */
  pieces?: number | undefined
}

interface UnigramJson {
  added_tokens: { id: number; content: string }[]
  model: { type: string; vocab: [piece: string, score: number][]; unk_id: number }
}

/** A vocabulary of more pieces is written in the compact form. */
const COMPACT_FROM = 50_000
const EMBEDDINGS = 'encoder.embed.weight'
const METASPACE = /^▁/

/**
 * Leaves out the pieces, and their embeddings, that given languages do not need. A text whose pieces all stay keeps
 * them: the likeliest segmentation is still there.
 * @throws RerankError bad-option for a vocabulary that cannot be cut, an unknown language, or too few pieces
 */
export function cutVocabulary(
  checkpoint: Checkpoint,
  tokenizer: TokenizerFile,
  { languages, texts, pieces: most }: VocabularyOptions,
): { checkpoint: Checkpoint; tokenizer: TokenizerFile } {
  const json = tokenizer.json as UnigramJson
  if (!languages) {
    if (texts !== undefined || most !== undefined) {
      throw new RerankError('bad-option', 'Only with `languages` is a vocabulary cut, to `pieces` or by `texts`')
    }
    return { checkpoint, tokenizer: withCompactForm(tokenizer) }
  }
  if (!isUnigram(json) || !Array.isArray(json.added_tokens) || checkpoint.architecture.family === 't5') {
    throw new RerankError('bad-option', 'Only vocabularies like that of XLM-R can be cut to `languages`')
  }
  const kept = keptIds(json, languages, texts, most)
  const newIds = new Map(kept.map((id, place) => [id, place]))
  const cut = {
    ...json,
    added_tokens: json.added_tokens.map(token => ({ ...token, id: newIds.get(token.id)! })),
    // Added tokens may stand behind the pieces.
    model: {
      ...json.model,
      vocab: kept.flatMap(id => json.model.vocab.slice(id, id + 1)),
      unk_id: newIds.get(json.model.unk_id)!,
    },
  }
  const special = new Map([...tokenizer.special].map(([content, id]) => [content, newIds.get(id)!]))
  const bytes = new TextEncoder().encode(JSON.stringify(cut))
  return {
    checkpoint: withRows(checkpoint, kept),
    tokenizer: withCompactForm({ ...tokenizer, json: cut, special, bytes }, true),
  }
}

/** The ids of the pieces to keep, in order. */
function keptIds(
  { added_tokens: added, model }: UnigramJson,
  languages: readonly string[],
  texts: string | undefined,
  most = Number.POSITIVE_INFINITY,
): number[] {
  const { vocab, unk_id: unknown } = model
  const spelling = spellingOf(languages)
  const kept = new Set([unknown, ...added.map(({ id }) => id)])
  const others: number[] = []
  vocab.forEach(([piece], id) => {
    if (kept.has(id) || !spelling.allows(piece)) return
    const text = piece.replace(METASPACE, '')
    // Single characters spell what is left without a piece; marks and digits belong to all languages.
    if ([...text].length <= 1 || spelling.isWhole(text) || !/[\p{L}\p{M}]/u.test(text)) kept.add(id)
    else others.push(id)
  })
  if (kept.size > most) {
    const message = `${languages} need ${kept.size} pieces for characters and whole scripts, more than ${most}`
    throw new RerankError('bad-option', message)
  }
  const needs = texts === undefined ? undefined : needsOf(texts, { added_tokens: added, model })
  const wanted = needs ? others.filter(id => needs[id]! > 0) : others
  const worth = (id: number) => (needs ? needs[id]! : vocab[id]![1])
  wanted.sort((a, b) => worth(b) - worth(a) || a - b)
  for (const id of wanted.slice(0, Math.max(0, most - kept.size))) kept.add(id)
  return [...kept].sort((a, b) => a - b)
}

/** By id: the weights of the texts in which a piece stands, for each time it does. */
function needsOf(path: string, json: object): Float64Array {
  const { encode } = createTokenizer({ normalizer: null, ...json })
  const needs = new Float64Array((json as UnigramJson).model.vocab.length)
  for (const line of readTexts(path).split(/\r?\n/)) {
    const [, weight = 1, text = ''] = /^(?:(\d+(?:\.\d+)?)\t)?([\s\S]*)$/.exec(line) ?? []
    for (const id of encode(text)) needs[id]! += Number(weight)
  }
  return needs
}

/** @throws RerankError missing-file */
function readTexts(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw toolError('missing-file', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** The checkpoint with some rows of its table of embeddings. */
function withRows(checkpoint: Checkpoint, kept: readonly number[]): Checkpoint {
  const { width } = checkpoint.architecture
  const rows = (from: number, to: number) => {
    const result = new Float32Array((to - from) * width)
    for (let place = from; place < to; ) {
      // Neighbours are read together.
      let end = place + 1
      while (end < to && kept[end] === kept[end - 1]! + 1) end++
      result.set(checkpoint.rows(EMBEDDINGS, kept[place]!, kept[end - 1]! + 1), (place - from) * width)
      place = end
    }
    return result
  }
  const shape = [kept.length, width]
  const { source } = checkpoint
  return {
    ...checkpoint,
    architecture: { ...checkpoint.architecture, vocabulary: kept.length } as Architecture,
    specs: checkpoint.specs.map(spec => (spec.name === EMBEDDINGS ? { ...spec, shape } : spec)),
    rows: (name, from, to) => (name === EMBEDDINGS ? rows(from, to) : checkpoint.rows(name, from, to)),
    source: {
      has: source.has,
      get: name => (name === EMBEDDINGS ? { kind: 'fp32', shape, data: rows(0, kept.length) } : source.get(name)),
    },
  }
}

/** Whether a file that nobody has checked holds pieces with scores. */
function isUnigram(json: unknown): boolean {
  const { model } = (json ?? {}) as { model?: { type?: unknown; vocab?: unknown } | null }
  const { type, vocab } = model ?? {}
  const isPiece = (entry: unknown) =>
    Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number'
  return type === 'Unigram' && Array.isArray(vocab) && vocab.every(isPiece)
}

/**
 * Writes the pieces as one string and the scores as one array: a page that reads hundreds of thousands of them needs no
 * object for each.
 */
function withCompactForm(tokenizer: TokenizerFile, always = false): TokenizerFile {
  const json = tokenizer.json as UnigramJson
  // Loading the model refuses files that are damaged.
  if (!isUnigram(json)) return tokenizer
  const { vocab } = json.model
  if (vocab.length < COMPACT_FROM && !always) return tokenizer
  // A space separates them. SentencePiece writes spaces as U+2581, so no piece has one.
  if (vocab.some(([piece]) => piece.includes(' '))) return tokenizer
  const scores = Float32Array.from(vocab, ([, score]) => score)
  const model = {
    ...json.model,
    vocab: vocab.map(([piece]) => piece).join(' '),
    scores: Buffer.from(scores.buffer).toString('base64'),
  }
  return { ...tokenizer, bytes: new TextEncoder().encode(JSON.stringify({ ...json, model })) }
}
