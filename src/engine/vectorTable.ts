/**
 * Relevance vectors of a list, one after the other, as the decoder takes them. The list grows while it is read, and is laid out again for each ranking:
 * only what comes after the first change is copied.
 */
export class VectorTable {
  #numbers = new Float32Array()
  #laid: readonly Float32Array[] = []

  /**
   * @param vectors all of the same length
   * @returns a part of the table, which the next call writes into
   */
  lay(vectors: readonly Float32Array[]): Float32Array {
    const size = vectors[0]?.length ?? 0
    let place = 0
    if (vectors.length * size > this.#numbers.length) {
      // By halves, so that what is copied for room stays in proportion to what is read.
      const grown = new Float32Array(Math.ceil(vectors.length * 1.5) * size)
      grown.set(this.#numbers)
      this.#numbers = grown
    }
    while (place < vectors.length && vectors[place] === this.#laid[place]) place++
    for (; place < vectors.length; place++) this.#numbers.set(vectors[place]!, place * size)
    this.#laid = vectors
    return this.#numbers.subarray(0, vectors.length * size)
  }
}
