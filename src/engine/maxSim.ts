import type { TokenVectors } from './embedding.js'

/** The sum, over the query's tokens, of the best cosine among the passage's tokens (ColBERT, arXiv:2004.12832). */
export function maxSim(query: TokenVectors, passage: TokenVectors): number {
  let sum = 0
  for (let token = 0; token < query.scales.length; token++) sum += closestToken(query, token, passage).cosine
  return passage.scales.length === 0 ? Number.NaN : sum
}

/** The token of a text that is the closest to one of the query. */
export function closestToken(query: TokenVectors, token: number, { values, scales }: TokenVectors) {
  const width = query.values.length / query.scales.length
  let at = 0
  let cosine = -Infinity
  for (let other = 0; other < scales.length; other++) {
    let product = 0
    for (let k = 0, a = token * width, b = other * width; k < width; k++, a++, b++) {
      product += query.values[a]! * values[b]!
    }
    product *= query.scales[token]! * scales[other]!
    if (product > cosine) {
      cosine = product
      at = other
    }
  }
  return { cosine, at }
}
