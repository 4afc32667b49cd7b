import { type ReadPieces, type Tokenizer, tokenizerOf } from './tokenizer.js'
import { openTokenizerFile, type TokenizerFile } from './tokenizerFile.js'
import { readWordPiece } from './wordPiece.js'

type Loaded = Exclude<TokenizerFile['type'], 'WordPiece'>

/** A WordPiece tokenizer, or the file of a family that is still to be loaded. */
export type OpenedTokenizer = Tokenizer | { type: Loaded; file: TokenizerFile }

/**
 * Makes as much of a tokenizer as is possible at once.
 * @param tokenizerJson a parsed tokenizer.json
 * @throws RerankError `bad-tokenizer`
 */
export function openTokenizer(tokenizerJson: unknown): OpenedTokenizer {
  const file = openTokenizerFile(tokenizerJson)
  return file.type === 'WordPiece' ? tokenizerOf(readWordPiece(file)) : { type: file.type, file }
}

/**
 * Makes a tokenizer as `createTokenizer` does.
 * @param load loads a family other than WordPiece
 * @throws RerankError `bad-tokenizer`, or what `load` throws
 */
export async function loadTokenizer(
  opened: OpenedTokenizer,
  load: (type: Loaded) => Promise<ReadPieces>,
): Promise<Tokenizer> {
  if (!('file' in opened)) return opened
  const read = await load(opened.type)
  return tokenizerOf(read(opened.file))
}
