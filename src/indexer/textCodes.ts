/** What the index holds of one text. */
export interface TextCodes {
  /** Of its embedding. */
  code: Uint8Array
  /** Of its tokens; empty in an index without. */
  tokens: Uint8Array
}
