import { tokenizerFamilies } from './families.js'
import { type Tokenizer, tokenizerOf } from './tokenizer.js'
import { openTokenizerFile } from './tokenizerFile.js'
import { readWordPiece } from './wordPiece.js'

export type { Tokenizer } from './tokenizer.js'

/**
 * Makes a tokenizer with the ids of Python's slow T5Tokenizer (Unigram), BertTokenizerFast (WordPiece) or
 * RobertaTokenizerFast (byte-level BPE). It holds all families, so it is for Node and tools: `loadTokenizer` is for
 * workers.
 * @param tokenizerJson a parsed tokenizer.json
 * @throws RerankError bad-tokenizer
 */
export function createTokenizer(tokenizerJson: unknown): Tokenizer {
  const file = openTokenizerFile(tokenizerJson)
  const read = file.type === 'WordPiece' ? readWordPiece : tokenizerFamilies[file.type]
  return tokenizerOf(read(file))
}
