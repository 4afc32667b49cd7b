import { family as BPE } from './bpe.js'
import { family as Unigram } from './unigramFile.js'

/** Every family of tokenizers but WordPiece, where nobody downloads them: in Node and in tools. */
export const tokenizerFamilies = { Unigram, BPE }
