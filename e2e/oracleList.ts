import { readOracle } from '../models/oracles/read.js'

const { lists } = readOracle('bert-relu')

/** A query and its passages, to rank with the model bert-relu-fp32. */
export const { query, passages } = lists[0]!

/** The passages' places, best first, by the scores of the original. */
export function originalOrder(): number[] {
  const [deepest] = Object.entries(lists[0]!.exits).sort(([a], [b]) => Number(b) - Number(a))
  const { scores } = deepest![1]
  return passages.map((_, index) => index).sort((a, b) => scores[b]! - scores[a]!)
}
