import { VectorTable } from './vectorTable.js'
import type { Window } from './windows.js'

interface PassageEncoding {
  windows: readonly Window[]
  /** Relevance vectors of each window, [view, width]; holes for what is not read yet. */
  vectors: Float32Array[]
  missing: number
  /** The window that stands for the passage. */
  chosen: number
}

/** The passages of a list that are being read at one depth, each in one window or more. */
export class PassageEncodings {
  readonly #all = new Map<number, PassageEncoding>()
  readonly #read: number[] = []
  readonly #table = new VectorTable()
  #several = false

  /** Whether any passage is read in several windows. */
  get cut(): boolean {
    return this.#several
  }

  /** Passages read whole. */
  get size(): number {
    return this.#read.length
  }

  /** Their places in the caller's list. */
  get places(): readonly number[] {
    return this.#read
  }

  begin(index: number, windows: readonly Window[]): void {
    this.#all.set(index, { windows, vectors: new Array(windows.length), missing: windows.length, chosen: 0 })
    if (windows.length > 1) this.#several = true
  }

  put(index: number, window: number, vectors: Float32Array): void {
    const encoding = this.#all.get(index)!
    encoding.vectors[window] = vectors
    if (--encoding.missing === 0) this.#read.push(index)
  }

  /** Relevance vectors of the windows of a passage. */
  vectors(index: number): readonly Float32Array[] {
    return this.#all.get(index)!.vectors
  }

  choose(index: number, window: number): void {
    this.#all.get(index)!.chosen = window
  }

  /** Relevance vectors of the chosen windows, one passage after the other; the next call writes into them. */
  chosen(indices: Uint32Array): Float32Array {
    const vectors = Array.from<Float32Array>({ length: indices.length })
    indices.forEach((index, place) => {
      const { vectors: all, chosen } = this.#all.get(index)!
      vectors[place] = all[chosen]!
    })
    return this.#table.lay(vectors)
  }

  /** Where the chosen window lies, if the passage was read in several. */
  window(index: number): Window | undefined {
    const { windows, chosen } = this.#all.get(index)!
    return windows.length > 1 ? windows[chosen] : undefined
  }
}
