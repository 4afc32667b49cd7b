import type { TokenizerFile } from './tokenizerFile.js'

/** Text as SentencePiece's model reads it, in UTF-8. */
export interface Normalized {
  bytes: Uint8Array
  length: number
  /** The number of bytes that no following text can change: all of them if the text is whole. */
  stable: number
}

const SPACE = 0x20
/** U+2581, which stands for a space in pieces. */
const SPACE_SYMBOL = [0xe2, 0x96, 0x81] as const

/** A sound file's longest replacement has 33 bytes (U+FDFA). The limit keeps a file from inflating texts. */
const MAX_REPLACEMENT = 256

/**
 * SentencePiece's precompiled character map: it maps prefixes of the text to replacements. It is NFKC with additions,
 * fixed when the model was trained, so a browser's NFKC differs from it.
 *
 * Layout, little endian: u32 size of the trie in bytes, the trie (a double array, Darts-clone), replacements ended by
 * NUL.
 */
export class CharsMap {
  readonly #trie: Uint32Array
  readonly #replacements: Uint8Array
  /** Of the last look-up: where the rule ended, and whether the search reached the end of the text. */
  #matched = 0
  #ranOut = false

  readonly #bad: TokenizerFile['bad']

  /**
   * @param map if absent, text is only split at spaces
   * @throws what `bad` makes
   */
  constructor(bad: TokenizerFile['bad'], map?: Uint8Array) {
    this.#bad = bad
    if (!map) {
      this.#trie = new Uint32Array(1)
      this.#replacements = new Uint8Array(0)
      return
    }
    const view = new DataView(map.buffer, map.byteOffset, map.byteLength)
    const bytes = map.byteLength > 4 ? view.getUint32(0, true) : 0
    if (bytes === 0 || bytes % 4 !== 0 || bytes + 4 >= map.byteLength) {
      throw bad('The character map is damaged.')
    }
    this.#trie = new Uint32Array(bytes / 4)
    for (let i = 0; i < this.#trie.length; i++) this.#trie[i] = view.getUint32(4 + 4 * i, true)
    this.#replacements = map.subarray(4 + bytes)
  }

  /**
   * SentencePiece's Normalizer::Normalize with T5's settings: a space symbol in front, one space for a run of them,
   * none at the end.
   * @param text UTF-8
   * @param whole false if `text` is the beginning of a longer text
   */
  normalize(text: Uint8Array, whole: boolean): Normalized {
    const output = new ByteBuffer(text.length + 64)
    output.space()
    let afterSpace = true
    let stable = -1
    for (let at = 0; at < text.length; ) {
      const rule = this.#lookUp(text, at)
      // With more text another rule might have won.
      if (!whole && this.#ranOut && stable < 0) stable = output.length
      let source = this.#replacements
      let from = rule
      let end = rule
      if (rule < 0) {
        source = text
        from = at
        end = at + characterLength(text[at]!)
        at = end
      } else {
        while (end < source.length && source[end] !== 0 && end - from <= MAX_REPLACEMENT) end++
        if (end - from > MAX_REPLACEMENT) throw this.#bad('The character map has a rule beyond bounds.')
        at = this.#matched
      }
      if (afterSpace) while (from < end && source[from] === SPACE) from++
      if (from === end) continue
      afterSpace = source[end - 1] === SPACE
      for (; from < end; from++) {
        if (source[from] === SPACE) output.space()
        else output.push(source[from]!)
      }
    }
    const length = withoutSpaces(output.bytes, output.length)
    // If only spaces follow, the spaces at the end of the stable part are dropped too.
    return { bytes: output.bytes, length, stable: stable < 0 ? length : withoutSpaces(output.bytes, stable) }
  }

  /** The offset of the replacement for the longest rule that matches at `at`, or -1. */
  #lookUp(text: Uint8Array, at: number): number {
    const trie = this.#trie
    let node = offset(trie[0]!)
    let found = -1
    this.#ranOut = true
    for (let i = at; i < text.length; i++) {
      node ^= text[i]!
      const unit = trie[node]
      if (unit === undefined || (unit & 0x8000_00ff) >>> 0 !== text[i]) {
        this.#ranOut = false
        break
      }
      node ^= offset(unit)
      if ((unit >>> 8) & 1) {
        found = (trie[node] ?? 0) & 0x7fff_ffff
        this.#matched = i + 1
      }
    }
    return found
  }
}

function offset(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6)
}

/** The number of bytes of the UTF-8 character that begins with `lead`. */
export function characterLength(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
}

class ByteBuffer {
  bytes: Uint8Array
  length = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  push(byte: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(2 * this.length)
      larger.set(this.bytes)
      this.bytes = larger
    }
    this.bytes[this.length++] = byte
  }

  space(): void {
    for (const byte of SPACE_SYMBOL) this.push(byte)
  }
}

/** `length` minus the space symbols at its end. */
function withoutSpaces(bytes: Uint8Array, length: number): number {
  const [a, b, c] = SPACE_SYMBOL
  let end = length
  while (end >= 3 && bytes[end - 1] === c && bytes[end - 2] === b && bytes[end - 3] === a) end -= 3
  return end
}
