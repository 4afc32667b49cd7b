import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RerankError } from '../../src/errors.js'
import { TOKENIZER_FILE } from '../../src/store/manifest.js'
import { tokenizerFromSpiece } from './spiece.js'

export interface TokenizerFile {
  /** Content of tokenizer.json, as it is to be written. */
  bytes: Uint8Array
  json: unknown
  /** Id of a special token. @throws RerankError bad-tokenizer */
  idOf(token: string): number
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
    : new TextEncoder().encode(JSON.stringify(tokenizerFromSpiece(new Uint8Array(readFileSync(spiece)))))
  const json = parse(bytes)
  const added = new Map(addedTokens(json).map(({ content, id }) => [content, id]))
  const largest = Math.max(...added.values(), (json.model?.vocab ? vocabularySize(json.model.vocab) : 0) - 1)
  if (largest >= vocabulary) {
    throw new RerankError(
      'bad-tokenizer',
      `The tokenizer has ids up to ${largest}, the model ${vocabulary} embeddings`,
      {
        remedy: 'Use the tokenizer that belongs to the checkpoint.',
      },
    )
  }
  return {
    bytes,
    json,
    idOf(token) {
      const id = added.get(token)
      if (id === undefined) throw new RerankError('bad-tokenizer', `The tokenizer has no token ${token}`)
      return id
    },
  }
}

interface TokenizerJson {
  added_tokens?: unknown
  model?: { vocab?: unknown }
}

function parse(bytes: Uint8Array): TokenizerJson {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new RerankError('bad-tokenizer', `${TOKENIZER_FILE} is not JSON`, { cause })
  }
  if (typeof json !== 'object' || json === null || !('model' in json)) {
    throw new RerankError('bad-tokenizer', `${TOKENIZER_FILE} describes no tokenizer`)
  }
  return json as TokenizerJson
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
