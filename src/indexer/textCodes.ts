import { toCodes } from '../search/codes.js'
import { ClusteredTokens } from './clusteredTokens.js'

/** What the index holds of one text. */
export interface TextCodes {
  /** Of its embedding. */
  code: Uint8Array
  /** Of its tokens; empty in an index without. */
  tokens: Uint8Array
}

/** How the codes of tokens are made. */
export interface TokenCodeOptions {
  /** Of the corpus's tokens. */
  mean: Float32Array
  /** Most bytes of a text's. */
  mostBytes: number
}

/**
 * @param rows of a text: its embedding, then the vectors of its tokens, [1 + token, width]
 * @param tokens absent: none are made of these
 */
export function textCodes(rows: Float32Array, width: number, tokens: TokenCodeOptions | undefined): TextCodes {
  return {
    code: toCodes([rows.subarray(0, width)]),
    tokens: tokens ? new ClusteredTokens(rows.subarray(width), tokens.mean).codes(tokens.mostBytes) : new Uint8Array(),
  }
}
