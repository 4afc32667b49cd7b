import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RerankError } from '../../src/errors.js'
import { TOKENIZER_FILE } from '../../src/store/manifest.js'
import { tokenizerFromSpiece } from './spiece.js'

export interface TokenizerFile {
  /** Content of tokenizer.json, as it is to be written. */
  bytes: Uint8Array
  json: unknown
  /** Ids of the special tokens. */
  special: Map<string, number>
}

/**
 * The checkpoint's tokenizer: its tokenizer.json as it is, else one made from its spiece.model.
 * @param vocabulary rows of the embedding table; ids beyond it would be read from nowhere
 * @throws RerankError missing-file, bad-tokenizer
 */
export function readTokenizer(folder: string, vocabulary: number): TokenizerFile {
  const path = join(folder, TOKENIZER_FILE)
  const spiece = join(folder, 'spiece.model')
  if (!existsSync(path) && !existsSync(spiece)) {
    throw new RerankError('missing-file', `The folder has neither ${TOKENIZER_FILE} nor spiece.model`)
  }
  const bytes = existsSync(path)
    ? new Uint8Array(readFileSync(path))
    : new TextEncoder().encode(
        JSON.stringify(tokenizerFromSpiece(readFileSync(spiece), { extraIds: sentinels(folder) })),
      )
  const json: TokenizerJson = parse(bytes, TOKENIZER_FILE)
  const special = new Map(addedTokens(json).map(({ content, id }) => [content, id]))
  let largest = (json.model?.vocab ? vocabularySize(json.model.vocab) : 0) - 1
  for (const id of special.values()) largest = Math.max(largest, id)
  if (largest >= vocabulary) {
    const message = `The tokenizer has ids up to ${largest}, the model ${vocabulary} embeddings`
    throw new RerankError('bad-tokenizer', message, { remedy: 'Use the tokenizer that belongs to the checkpoint.' })
  }
  return { bytes, json, special }
}

/** How many sentinels T5Tokenizer adds to those of the file: what tokenizer_config.json says, if it is there, or T5's 100. */
function sentinels(folder: string): number {
  const path = join(folder, 'tokenizer_config.json')
  if (!existsSync(path)) return T5_SENTINELS
  const { extra_ids: count = T5_SENTINELS } = parse(readFileSync(path), 'tokenizer_config.json') as {
    extra_ids?: unknown
  }
  if (!Number.isInteger(count) || (count as number) < 0 || (count as number) > 65536) {
    throw new RerankError('bad-tokenizer', 'extra_ids in tokenizer_config.json is no number of tokens')
  }
  return count as number
}

const T5_SENTINELS = 100

interface TokenizerJson {
  added_tokens?: unknown
  model?: { vocab?: unknown }
}

function parse(bytes: Uint8Array, name: string): object {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new RerankError('bad-tokenizer', `${name} is not JSON`, { cause })
  }
  if (typeof json !== 'object' || json === null) {
    throw new RerankError('bad-tokenizer', `${name} is not a JSON object`)
  }
  return json
}

function addedTokens({ added_tokens: tokens }: TokenizerJson): { content: string; id: number }[] {
  const isToken = (token: unknown): token is { content: string; id: number } => {
    const { content, id } = (token ?? {}) as Record<string, unknown>
    return typeof content === 'string' && Number.isInteger(id)
  }
  if (!Array.isArray(tokens) || !tokens.every(isToken)) {
    throw new RerankError('bad-tokenizer', `${TOKENIZER_FILE} has no list of added tokens`)
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
