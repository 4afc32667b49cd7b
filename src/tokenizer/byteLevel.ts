/**
 * GPT-2's and RoBERTa's way to write any bytes as visible characters: printable Latin-1 stands for itself, the others
 * are U+0100 and the following, in order.
 */
const CHARACTERS: readonly string[] = (() => {
  let next = 256
  const isVisible = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad)
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isVisible(byte) ? byte : next++))
})()

const bytes = new Map(CHARACTERS.map((character, byte) => [character, byte]))
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * Where ByteLevel's pre-tokenizer splits: a word takes one space before it along. Its `\s` is Unicode's White_Space,
 * which JavaScript's is not. Letters and numbers are those of the browser's Unicode, where Python's are of version 16.
 * Longer runs, which Python does not split, would take too long to merge.
 */
const WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}{1,4096}| ?\p{N}{1,4096}| ?[^\p{White_Space}\p{L}\p{N}]{1,4096}|\p{White_Space}{1,4096}(?!\P{White_Space})|\p{White_Space}/gu

/** The words of a text, which together are the text. */
export function* byteLevelWords(text: string): Generator<string> {
  for (const [word] of text.matchAll(WORDS)) yield word
}

/** The UTF-8 of a text in these characters. A lone surrogate counts as U+FFFD. */
export function toByteCharacters(text: string): string {
  let characters = ''
  for (const byte of encoder.encode(text)) characters += CHARACTERS[byte]
  return characters
}

/** The inverse. Pieces that are no whole characters, or stand for no text, become U+FFFD in part. */
export function fromByteCharacters(piece: string): string {
  return decoder.decode(Uint8Array.from(piece, character => bytes.get(character) ?? 0xff))
}

/** Whether a vocabulary has all bytes, so that no text is unknown to it. */
export const hasAllBytes = (ids: ReadonlyMap<string, number>): boolean =>
  CHARACTERS.every(character => ids.has(character))
