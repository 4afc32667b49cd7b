import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { TOKENIZER_FILE } from '../../src/model/manifest.js'
import type { CheckpointFolder } from './checkpointFolder.js'
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
 * @param markers tokens that the model puts before texts; no text may spell them
 * @throws RerankError missing-file, bad-tokenizer
 */
export function readTokenizer(
  folder: CheckpointFolder,
  vocabulary: number,
  markers: readonly string[] = [],
): TokenizerFile {
  const config = readTokenizerConfig(folder)
  let bytes = readBytes(folder, config)
  let json: TokenizerJson = parseObject(bytes, TOKENIZER_FILE)
  const marked = withSpecialTokens(json, config, markers)
  if (marked) {
    json = marked
    bytes = new TextEncoder().encode(JSON.stringify(marked))
  }
  const special = new Map(addedTokens(json).map(({ content, id }) => [content, id]))
  let largest = (json.model?.vocab ? vocabularySize(json.model.vocab) : 0) - 1
  for (const id of special.values()) largest = Math.max(largest, id)
  if (largest >= vocabulary) {
    const message = `The tokenizer has ids up to ${largest}, the model ${vocabulary} embeddings`
    throw modelError('bad-tokenizer', message, { remedy: 'Use the tokenizer that belongs to the checkpoint.' })
  }
  return { bytes, json, special, config }
}

function readBytes(folder: CheckpointFolder, config: TokenizerConfig): Uint8Array {
  const find = (name: string) => (folder.has(name) ? folder.read(name) : undefined)
  // An archive of an ONNX file may have its name before it.
  const whole = find(TOKENIZER_FILE) ?? find(onlyOne(folder, name => name.endsWith(`-${TOKENIZER_FILE}`)) ?? '')
  if (whole) return whole
  const spiece = find('spiece.model')
  const vocabulary = find('vocab.txt')
  if (!spiece && !vocabulary) {
    const other = OTHER_TOKENIZER_FILES.find(name => folder.has(name))
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

function onlyOne(folder: CheckpointFolder, fits: (name: string) => boolean): string | undefined {
  const [found, ...others] = folder.list().filter(fits)
  return others.length === 0 ? found : undefined
}

/** What the slow tokenizers of RoBERTa and XLM-R read. */
const OTHER_TOKENIZER_FILES = ['vocab.json', 'sentencepiece.bpe.model']
const SAVE_TOKENIZER = 'transformers.AutoTokenizer.from_pretrained(folder).save_pretrained(folder)'

interface TokenizerJson {
  added_tokens?: unknown
  model?: { vocab?: unknown }
}

/** What older tokenizers of T5, BERT and fairseq have among their pieces. */
const KNOWN_SPECIAL = /^(<(extra_id_\d+|\/?s|pad|unk|mask)>|\[(PAD|UNK|CLS|SEP|MASK)\])$/

/**
 * The file with its special tokens listed, for one that has them among its pieces alone, and with markers among them.
 * @returns undefined if the file lists them already
 */
function withSpecialTokens(
  json: TokenizerJson,
  { tokens }: TokenizerConfig,
  markers: readonly string[],
): TokenizerJson | undefined {
  const { added_tokens: listed, model } = json
  if (Array.isArray(listed) && listed.length > 0) {
    if (markers.length === 0) return undefined
    const isMarker = (token: unknown) => markers.includes((token as { content?: string } | null)?.content ?? '')
    return { ...json, added_tokens: listed.map(token => (isMarker(token) ? { ...token, special: true } : token)) }
  }
  if (listed !== undefined && listed !== null && !Array.isArray(listed)) return undefined
  const special = new Set([...tokens.values(), ...markers])
  const added = piecesOf(model?.vocab)
    .filter(([piece]) => special.has(piece) || KNOWN_SPECIAL.test(piece))
    .map(([content, id]) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    }))
  return { ...json, added_tokens: added }
}

function piecesOf(vocab: unknown): [piece: string, id: number][] {
  if (Array.isArray(vocab)) return vocab.map((entry, id) => [String(Array.isArray(entry) ? entry[0] : ''), id])
  return typeof vocab === 'object' && vocab !== null ? Object.entries(vocab) : []
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
