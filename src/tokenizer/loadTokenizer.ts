import { type ReadPieces, type Tokenizer, tokenizerOf } from './tokenizer.js'
import { openTokenizerFile, type TokenizerFile } from './tokenizerFile.js'
import { readWordPiece } from './wordPiece.js'

/**
 * Makes a tokenizer as `createTokenizer` does.
 * @param tokenizerJson a parsed tokenizer.json
 * @param load loads a family other than WordPiece
 * @throws RerankError `bad-tokenizer`, or what `load` throws
 */
export async function loadTokenizer(
  tokenizerJson: unknown,
  load: (type: Exclude<TokenizerFile['type'], 'WordPiece'>) => Promise<ReadPieces>,
): Promise<Tokenizer> {
  const file = openTokenizerFile(tokenizerJson)
  const read = file.type === 'WordPiece' ? readWordPiece : await load(file.type)
  return tokenizerOf(read(file))
}
