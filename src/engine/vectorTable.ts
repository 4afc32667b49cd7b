/**
 * The relevance vectors of a list in one array, as the decoder takes them. The list grows while it is read. An update
 * copies only the vectors after the first change.
 */
export class VectorTable {
  #numbers = new Float32Array()
  #current: readonly Float32Array[] = []

  /**
   * @param vectors all of the same length
   * @returns a view of the table, which the next call overwrites
   */
  update(vectors: readonly Float32Array[]): Float32Array {
    const size = vectors[0]?.length ?? 0
    let place = 0
    if (vectors.length * size > this.#numbers.length) {
      // Grows by half, so the total of copies stays proportional to the list.
      const grown = new Float32Array(Math.ceil(vectors.length * 1.5) * size)
      grown.set(this.#numbers)
      this.#numbers = grown
    }
    while (place < vectors.length && vectors[place] === this.#current[place]) place++
    for (; place < vectors.length; place++) this.#numbers.set(vectors[place]!, place * size)
    this.#current = vectors
    return this.#numbers.subarray(0, vectors.length * size)
  }
}
