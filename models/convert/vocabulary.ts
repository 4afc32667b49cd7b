import { modelError } from '../../src/api/modelErrors.js'
import type { TokenizerConfig } from './tokenizerConfig.js'

/** Multilingual BERT's has 120,000 words in 1 MB. */
const MAX_BYTES = 64 * 1024 * 1024

/** The special tokens of every BERT, with BertTokenizer's default texts. */
const SPECIAL = { pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]' }

/**
 * Converts a `vocab.txt`, the only tokenizer file of older BERT checkpoints, to the content of a tokenizer.json. Each
 * line is a word, and its number is the id. A repeated word has the later number, as in BertTokenizer.
 * @throws RerankError bad-tokenizer
 */
export function tokenizerFromVocabulary(bytes: Uint8Array, config: TokenizerConfig): object {
  if (bytes.length > MAX_BYTES) throw bad(`It has ${bytes.length} bytes; no vocabulary has so many.`)
  const vocab = new Map(lines(bytes).map((word, id) => [word, id]))
  const special = Object.entries(SPECIAL).flatMap(([part, fallback]) => {
    const content = config.tokens.get(part) ?? fallback
    const id = vocab.get(content)
    return id === undefined ? [] : [{ part, content, id }]
  })
  const tokenOf = (part: string) => {
    const token = special.find(token => token.part === part)
    if (!token) throw bad(`It has no ${config.tokens.get(part) ?? SPECIAL[part as keyof typeof SPECIAL]}.`)
    return token
  }
  const [cls, sep] = [tokenOf('cls_token'), tokenOf('sep_token')]
  const placed = (type_id: number, sequence: string) => ({ Sequence: { id: sequence, type_id } })
  const put = ({ content }: { content: string }, type_id: number) => ({ SpecialToken: { id: content, type_id } })
  const listed = ({ content, id }: { content: string; id: number }) => [
    content,
    { id: content, ids: [id], tokens: [content] },
  ]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: special
      .map(({ content, id }) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config.separateIdeographs ?? true,
      strip_accents: config.stripAccents ?? null,
      lowercase: config.lowercase ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [put(cls, 0), placed(0, 'A'), put(sep, 0)],
      pair: [put(cls, 0), placed(0, 'A'), put(sep, 0), placed(1, 'B'), put(sep, 1)],
      special_tokens: Object.fromEntries([cls, sep].map(listed)),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: tokenOf('unk_token').content,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      // Not an object that is written to: a word may be `__proto__`.
      vocab: Object.fromEntries(vocab),
    },
  }
}

/** Splits lines as Python does for a text file: at any kind of line end. */
function lines(bytes: Uint8Array): string[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw modelError('bad-tokenizer', 'vocab.txt: It is not UTF-8.', { cause })
  }
  const words = text.split(/\r\n|\r|\n/)
  // The text after the last line end is no line.
  if (words.at(-1) === '') words.pop()
  return words
}

const bad = (message: string) => modelError('bad-tokenizer', `vocab.txt: ${message}`)
