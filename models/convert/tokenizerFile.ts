import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { TOKENIZER_FILE } from '../../src/model/manifest.js'
import { tokenizerFromSpiece } from './spiece.js'
import { parseObject, readTokenizerConfig, type TokenizerConfig } from './tokenizerConfig.js'
import { tokenizerFromVocabulary } from './vocabulary.js'

export interface TokenizerFile {
  /** The content of the tokenizer.json to write. */
  bytes: Uint8Array
  json: unknown
  /** Ids of the special tokens. */
  special: Map<string, number>
  config: TokenizerConfig
}

const T5_SENTINELS = 100

/**
 * Reads the checkpoint's tokenizer: its tokenizer.json unchanged, or one made from its spiece.model or vocab.txt.
 * @param vocabulary rows of the embedding table, which bounds the ids
 * @throws RerankError missing-file, bad-tokenizer
 */
export function readTokenizer(folder: string, vocabulary: number): TokenizerFile {
  const config = readTokenizerConfig(folder)
  const bytes = readBytes(folder, config)
  const json: TokenizerJson = parseObject(bytes, TOKENIZER_FILE)
  const special = new Map(addedTokens(json).map(({ content, id }) => [content, id]))
  let largest = (json.model?.vocab ? vocabularySize(json.model.vocab) : 0) - 1
  for (const id of special.values()) largest = Math.max(largest, id)
  if (largest >= vocabulary) {
    const message = `The tokenizer has ids up to ${largest}, the model ${vocabulary} embeddings`
    throw modelError('bad-tokenizer', message, { remedy: 'Use the tokenizer that belongs to the checkpoint.' })
  }
  return { bytes, json, special, config }
}

function readBytes(folder: string, config: TokenizerConfig): Uint8Array {
  const find = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined)
  const whole = find(TOKENIZER_FILE)
  if (whole) return new Uint8Array(whole)
  const spiece = find('spiece.model')
  const vocabulary = find('vocab.txt')
  if (!spiece && !vocabulary) {
    const other = OTHER_TOKENIZER_FILES.find(name => existsSync(join(folder, name)))
    throw toolError(
      'missing-file',
      `The folder has none of ${TOKENIZER_FILE}, spiece.model and vocab.txt`,
      other ? { remedy: `Make ${TOKENIZER_FILE} of ${other}: ${SAVE_TOKENIZER} in Python.` } : {},
    )
  }
  const made = spiece
    ? tokenizerFromSpiece(spiece, { extraIds: config.extraIds ?? T5_SENTINELS })
    : tokenizerFromVocabulary(vocabulary!, config)
  return new TextEncoder().encode(JSON.stringify(made))
}

/** What the slow tokenizers of RoBERTa and XLM-R read. */
const OTHER_TOKENIZER_FILES = ['vocab.json', 'sentencepiece.bpe.model']
const SAVE_TOKENIZER = 'transformers.AutoTokenizer.from_pretrained(folder).save_pretrained(folder)'

interface TokenizerJson {
  added_tokens?: unknown
  model?: { vocab?: unknown }
}

function addedTokens({ added_tokens: tokens }: TokenizerJson): { content: string; id: number }[] {
  const isToken = (token: unknown): token is { content: string; id: number } => {
    const { content, id } = (token ?? {}) as Record<string, unknown>
    return typeof content === 'string' && Number.isInteger(id)
  }
  if (!Array.isArray(tokens) || !tokens.every(isToken)) {
    throw modelError('bad-tokenizer', `${TOKENIZER_FILE} has no list of added tokens`)
  }
  return tokens
}

/** Unigram: a list of pieces; WordPiece: ids by piece. */
function vocabularySize(vocab: unknown): number {
  if (Array.isArray(vocab)) return vocab.length
  let size = 0
  for (const id of Object.values(vocab as object)) size = Math.max(size, Number(id) + 1)
  return size
}
