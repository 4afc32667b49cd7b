import { readOracle } from '../../models/oracles/read.js'

/** A few passages: neither one nor many. */
const list = readOracle('bert-relu').lists.find(({ passages }) => passages.length >= 5 && passages.length <= 20)!

/** A query and its passages, to rank with the model bert-relu-fp32. */
export const { query, passages } = list

/** The passages' places, best first, by the scores of the original. */
export function originalOrder(): number[] {
  const [deepest] = Object.entries(list.exits).sort(([a], [b]) => Number(b) - Number(a))
  const { scores } = deepest![1]
  return passages.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!)
}
