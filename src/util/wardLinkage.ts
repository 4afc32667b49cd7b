/** One cluster joins another; the height is what the merge adds to the squared distances from the means. */
interface Merge {
  into: number
  from: number
  height: number
}

/** @returns a function that gives the inner product of two rows of [count, width], where one ≤ other */
export type InnerProductsOf = (vectors: Float32Array, count: number) => (one: number, other: number) => number

/**
 * Groups vectors by Ward's linkage: each merge is the one that adds least to the squared distances from the clusters'
 * means. Found by chains of nearest neighbours, in time of the square of their number (Murtagh, 1983).
 */
export class WardLinkage {
  readonly #count: number
  /** Lowest first. */
  readonly #merges: readonly Merge[]

  /**
   * @param vectors [count, width]
   * @param productsOf a faster way to the products, for many texts
   */
  constructor(vectors: Float32Array, count: number, productsOf: InnerProductsOf = plainProductsOf) {
    this.#count = count
    const distances = squaredDistances(productsOf(vectors, count), count)
    this.#merges = merges(distances, count).sort((a, b) => a.height - b.height)
  }

  /**
   * @param wanted number of clusters, at most that of vectors
   * @returns for each vector the number of its cluster; clusters are numbered in the order of their first vectors
   */
  clusters(wanted: number): Uint16Array {
    const parents = Array.from({ length: this.#count }, (_, i) => i)
    const rootOf = (i: number) => {
      while (parents[i] !== i) i = parents[i]!
      return i
    }
    for (const { into, from } of this.#merges.slice(0, this.#count - wanted)) parents[rootOf(from)] = rootOf(into)
    const numbers = new Map<number, number>()
    return Uint16Array.from(parents, (_, i) => {
      const root = rootOf(i)
      const number = numbers.get(root) ?? numbers.size
      numbers.set(root, number)
      return number
    })
  }
}

function merges(distances: Float32Array, count: number): Merge[] {
  const sizes = new Float64Array(count).fill(1)
  const active = Array.from({ length: count }, (_, i) => i)
  const made: Merge[] = []
  const chain: number[] = []
  while (active.length > 1) {
    if (chain.length === 0) chain.push(active[0]!)
    const last = chain.at(-1)!
    const before = chain.at(-2)
    // The one before wins ties, so that no chain runs in a circle.
    let nearest = before ?? -1
    let least = before === undefined ? Infinity : distances[last * count + before]!
    for (const other of active) {
      if (other === last) continue
      const distance = distances[last * count + other]!
      if (distance < least) {
        least = distance
        nearest = other
      }
    }
    if (nearest !== before) {
      chain.push(nearest)
      continue
    }
    chain.length -= 2
    const [into, from] = [Math.min(last, nearest), Math.max(last, nearest)]
    made.push({ into, from, height: least })
    active.splice(active.indexOf(from), 1)
    const [one, other] = [sizes[into]!, sizes[from]!]
    for (const third of active) {
      if (third === into) continue
      const size = sizes[third]!
      const merged =
        ((size + one) * distances[third * count + into]! +
          (size + other) * distances[third * count + from]! -
          size * least) /
        (size + one + other)
      distances[third * count + into] = merged
      distances[into * count + third] = merged
    }
    sizes[into] = one + other
  }
  return made
}

const plainProductsOf: InnerProductsOf = (vectors, count) => (one, other) => {
  const width = vectors.length / count
  let sum = 0
  for (let i = 0; i < width; i++) sum += vectors[one * width + i]! * vectors[other * width + i]!
  return sum
}

function squaredDistances(product: ReturnType<InnerProductsOf>, count: number): Float32Array {
  const distances = new Float32Array(count * count)
  const squares = Float64Array.from({ length: count }, (_, i) => product(i, i))
  for (let one = 0; one < count; one++) {
    for (let other = one + 1; other < count; other++) {
      // Rounding may bring equal vectors below zero.
      const distance = Math.max(0, squares[one]! + squares[other]! - 2 * product(one, other))
      distances[one * count + other] = distance
      distances[other * count + one] = distance
    }
  }
  return distances
}
