import type { TokenVectors } from './embedding.js'

/** The sum, over the query's tokens, of the best cosine among the passage's tokens (ColBERT, arXiv:2004.12832). */
export function maxSim(query: TokenVectors, passage: TokenVectors): number {
  const width = query.values.length / query.scales.length
  let sum = 0
  for (let token = 0; token < query.scales.length; token++) {
    let best = -Infinity
    for (let other = 0; other < passage.scales.length; other++) {
      let product = 0
      for (let k = 0, a = token * width, b = other * width; k < width; k++, a++, b++) {
        product += query.values[a]! * passage.values[b]!
      }
      best = Math.max(best, product * passage.scales[other]!)
    }
    sum += best
  }
  return passage.scales.length === 0 ? Number.NaN : sum
}
