import { KnownShare } from './knownShare.js'
import type { TokenizerFile } from './tokenizerFile.js'

export interface Tokenizer {
  /**
   * Converts plain text to token ids. It adds no special tokens, and reads text that spells one (`</s>`, `[SEP]`,
   * `<extra_id_0>`) as plain text, so a passage can neither end a prompt nor forge a view. Lone surrogates count as
   * U+FFFD.
   * @param limit the number of ids wanted; no more of a long text is read than they need
   */
  encode(text: string, limit?: number): number[]
  /** The share of a text's letters that the vocabulary knows in pieces of two letters or more, from 0 to 1. */
  knownShare(text: string): number
}

/** What a family of tokenizers makes of a file. */
export interface Pieces {
  encode: Tokenizer['encode']
  /** By id, without signs of where a word begins; those that stand for no text are empty. */
  texts(): string[]
}

/**
 * Reads and checks a file of a family. WordPiece's belongs to every worker. The others are files of their own, so they
 * take their errors from the file.
 * @throws what `file.bad` makes
 */
export type ReadPieces = (file: TokenizerFile) => Pieces

export function tokenizerOf({ encode, texts }: Pieces): Tokenizer {
  let known: KnownShare | undefined
  return {
    encode,
    knownShare(text) {
      known ??= new KnownShare(encode, texts())
      return known.of(text)
    },
  }
}
