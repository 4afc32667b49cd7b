import { VectorTable } from './vectorTable.js'
import type { Window } from './windows.js'

interface PassageEncoding {
  windows: readonly Window[]
  /** Relevance vectors of each window, [view, width]; holes for windows not yet read. */
  vectors: Float32Array[]
  missing: number
  /** The window that represents the passage. */
  chosen: number
}

/** The relevance vectors of a list's passages at one depth. A passage is read in one window or several. */
export class PassageEncodings {
  readonly #encodings = new Map<number, PassageEncoding>()
  readonly #complete: number[] = []
  readonly #table = new VectorTable()
  #hasWindows = false

  /** Whether any passage is read in several windows. */
  get hasWindows(): boolean {
    return this.#hasWindows
  }

  /** Number of passages whose windows have all been read. */
  get size(): number {
    return this.#complete.length
  }

  /** Their places in the caller's list. */
  get indices(): readonly number[] {
    return this.#complete
  }

  add(index: number, windows: readonly Window[]): void {
    this.#encodings.set(index, { windows, vectors: new Array(windows.length), missing: windows.length, chosen: 0 })
    if (windows.length > 1) this.#hasWindows = true
  }

  setVectors(index: number, window: number, vectors: Float32Array): void {
    const encoding = this.#encodings.get(index)!
    encoding.vectors[window] = vectors
    if (--encoding.missing === 0) this.#complete.push(index)
  }

  /** Relevance vectors of the windows of a passage. */
  vectors(index: number): readonly Float32Array[] {
    return this.#encodings.get(index)!.vectors
  }

  chooseWindow(index: number, window: number): void {
    this.#encodings.get(index)!.chosen = window
  }

  /** The relevance vectors of the chosen windows, passage by passage. The next call overwrites them. */
  chosenVectors(indices: Uint32Array): Float32Array {
    const vectors = Array.from<Float32Array>({ length: indices.length })
    indices.forEach((index, place) => {
      const { vectors: all, chosen } = this.#encodings.get(index)!
      vectors[place] = all[chosen]!
    })
    return this.#table.update(vectors)
  }

  /** The chosen window, if the passage was read in several. */
  chosenWindow(index: number): Window | undefined {
    const { windows, chosen } = this.#encodings.get(index)!
    return windows.length > 1 ? windows[chosen] : undefined
  }
}
