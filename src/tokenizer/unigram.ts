import { characterLength, type Normalized } from './charsmap.js'
import type { TokenizerFile } from './tokenizerFile.js'

/** SentencePiece's kUnkPenalty: an unknown character scores this much less than the unlikeliest piece. */
const UNKNOWN_PENALTY = 10

/** Keeps `node * 256 + byte` within 31 bits. */
const MAX_NODES = 2 ** 23

/**
 * In text like `aaaa…`, where pieces span every place, the first id may depend on the last character. If only the
 * first ids are wanted, at most this many bytes of such a stretch are read, so megabytes of it do not block a worker.
 */
const MAX_UNBROKEN = 2 ** 16

export interface UnigramModel {
  /** By id. */
  pieces: readonly string[]
  scores: Float32Array
  unknownId: number
  /** Ids that no text produces: control pieces, sentinels, byte pieces. */
  reserved: ReadonlySet<number>
  /** Ids of the pieces <0x00> … <0xFF>, if they spell unknown characters. */
  byteIds?: Int32Array
}

/**
 * Finds the most likely segmentation of a text into pieces, as Model::EncodeOptimized of SentencePiece (0.2.2 and
 * later) does. Search order and roundings to float are the same, because they decide between equally likely
 * segmentations.
 */
export class Unigram {
  readonly #unknownScore: number
  readonly #trie: PieceTrie
  // Of the best path that ends at each byte: its score, the start of its last piece, and that piece.
  #best = new Float32Array(0)
  #begin = new Int32Array(0)
  #piece = new Int32Array(0)

  readonly #model: UnigramModel

  /** @throws what `bad` makes */
  constructor(model: UnigramModel, bad: TokenizerFile['bad']) {
    this.#model = model

    const { pieces, scores, reserved } = model
    this.#trie = new PieceTrie(pieces, reserved, bad)
    const lowest = scores.reduce((low, score, id) => (reserved.has(id) ? low : Math.min(low, score)), Infinity)
    this.#unknownScore = Math.fround(lowest - UNKNOWN_PENALTY)
  }

  /**
   * @param whole false if `text` is the beginning of a longer one
   * @param limit the number of ids wanted
   * @returns at least `limit` ids, or all; undefined if the ids may depend on more text
   */
  segment(text: Normalized, whole: boolean, limit: number): number[] | undefined {
    const trie = this.#trie
    const unknownScore = this.#unknownScore
    const { scores, unknownId } = this.#model
    const { bytes } = text
    const size = whole ? text.length : text.stable
    this.#reset(size)
    const best = this.#best
    const begin = this.#begin
    const piece = this.#piece
    const ids: number[] = []
    let settled = 0
    // No piece found so far ends beyond this.
    let reach = 0
    let cut = 0
    for (let start = 0; start < size; ) {
      // No piece spans this place, so every path passes through it and the segmentation before it is final.
      if (reach === start && start > 0) {
        this.#collect(bytes, settled, start, ids)
        settled = start
        if (ids.length >= limit) return ids
      } else if (start >= settled + MAX_UNBROKEN && start >= cut) {
        // Treat this as the end of the text, if that gives enough ids.
        const first = ids.slice()
        this.#collect(bytes, settled, start, first)
        if (first.length >= limit) return first
        cut = start + MAX_UNBROKEN
      }
      const score = best[start]!
      const next = Math.min(start + characterLength(bytes[start]!), size)
      let single = false
      let node = 0
      for (let at = start; at < size; ) {
        node = trie.child(node, bytes[at]!)
        if (node === 0) break
        at++
        // A longer piece might fit if the text went on.
        if (at === size && !whole) return undefined
        const id = trie.piece(node)
        if (id < 0) continue
        const candidate = Math.fround(scores[id]! + score)
        if (begin[at] === -1 || candidate > best[at]!) {
          best[at] = candidate
          begin[at] = start
          piece[at] = id
        }
        if (at === next) single = true
        if (at > reach) reach = at
      }
      if (!single) {
        const candidate = Math.fround(unknownScore + score)
        if (begin[next] === -1 || candidate > best[next]!) {
          best[next] = candidate
          begin[next] = start
          piece[next] = unknownId
        }
        if (next > reach) reach = next
      }
      start = next
    }
    this.#collect(bytes, settled, size, ids)
    return whole || ids.length >= limit ? ids : undefined
  }

  #reset(size: number): void {
    // Grows for a long text and shrinks after it.
    if (this.#begin.length <= size || this.#begin.length > 2 * size + 2 ** 20) {
      this.#best = new Float32Array(size + 1)
      this.#begin = new Int32Array(size + 1)
      this.#piece = new Int32Array(size + 1)
    }
    this.#best[0] = 0
    this.#begin.fill(-1, 0, size + 1)
  }

  /** Appends the pieces of the best path between two places on it. */
  #collect(bytes: Uint8Array, from: number, to: number, ids: number[]): void {
    const { unknownId, byteIds } = this.#model
    const ends: number[] = []
    for (let end = to; end > from; end = this.#begin[end]!) ends.push(end)
    for (let i = ends.length - 1; i >= 0; i--) {
      const end = ends[i]!
      const id = this.#piece[end]!
      if (id !== unknownId) ids.push(id)
      else if (byteIds) for (let at = this.#begin[end]!; at < end; at++) ids.push(byteIds[bytes[at]!]!)
      // A run of unknown characters is one token.
      else if (ids[ids.length - 1] !== unknownId) ids.push(id)
    }
  }
}

/** Pieces by their bytes. One hash table holds all edges. Node 0 is the root; as a child it means "none". */
class PieceTrie {
  readonly #keys: Int32Array
  readonly #children: Int32Array
  readonly #mask: number
  readonly #pieces: Int32Array

  constructor(texts: readonly string[], reserved: ReadonlySet<number>, bad: TokenizerFile['bad']) {
    const encoder = new TextEncoder()
    // Encoded twice, so that arrays of hundreds of thousands of pieces are not in memory together.
    const bytesOf = (id: number) => encoder.encode(reserved.has(id) ? '' : texts[id])
    const edges = texts.reduce((sum, _, id) => sum + bytesOf(id).length, 0)
    if (edges >= MAX_NODES) throw bad('The vocabulary is beyond bounds.')
    const capacity = 2 ** Math.ceil(Math.log2(edges + 2))
    this.#keys = new Int32Array(capacity).fill(-1)
    this.#children = new Int32Array(capacity)
    this.#mask = capacity - 1
    this.#pieces = new Int32Array(edges + 1).fill(-1)
    let nodes = 1
    texts.forEach((_, id) => {
      let node = 0
      for (const byte of bytesOf(id)) {
        const slot = this.#slot(node, byte)
        if (this.#keys[slot] === -1) {
          this.#keys[slot] = node * 256 + byte
          this.#children[slot] = nodes++
        }
        node = this.#children[slot]!
      }
      if (node > 0) this.#pieces[node] = id
    })
  }

  child(node: number, byte: number): number {
    return this.#children[this.#slot(node, byte)]!
  }

  /** The piece that ends at a node, or -1. */
  piece(node: number): number {
    return this.#pieces[node]!
  }

  #slot(node: number, byte: number): number {
    const key = node * 256 + byte
    let slot = (Math.imul(key, 0x9e3779b1) >>> 7) & this.#mask
    while (this.#keys[slot] !== -1 && this.#keys[slot] !== key) slot = (slot + 1) & this.#mask
    return slot
  }
}
