/** How much each kernel has to do, in numbers of the shape that its time grows with. */
export interface Work {
  /** Rows through a matrix 384 → 384. */
  square: number
  /** Rows through 384 → 1536, and through 1536 → 384. */
  feedForward: number
  /** Rows of GELU. */
  gelu: number
  /** Tokens whose keys are turned, for all heads. */
  keys: number
  /** Pairs of a query and a key, for all heads. */
  pairs: number
  /** Rows that attention leaves in 7 bits. */
  attended: number
  norms: number
  embedded: number
}

export const noWork = (): Work => ({
  square: 0,
  feedForward: 0,
  gelu: 0,
  keys: 0,
  pairs: 0,
  attended: 0,
  norms: 0,
  embedded: 0,
})

/** Products compute whole tiles. */
const TILE = 4
/** Rows of the feed-forward that are computed together. */
const BLOCK = 32

const tiled = (rows: number) => Math.ceil(rows / TILE) * TILE

/** Softmax and logits are padded. */
const padded = (tokens: number) => Math.ceil(tokens / 8) * 8

/**
 * The work of one unit of a job.
 * @param prompts the tokens of each
 * @param firstRows of each prompt in the last layer; 0: all
 */
export function workOf(prompts: readonly number[], depth: number, firstRows: number): Work {
  const sum = (of: (tokens: number) => number) => prompts.reduce((sum, tokens) => sum + of(tokens), 0)
  const rows = sum(tokens => tokens)
  const work = noWork()
  work.embedded = rows
  for (let layer = 0; layer < depth; layer++) {
    const first = layer === depth - 1 ? firstRows : 0
    const queries = (tokens: number) => (first ? Math.min(first, tokens) : tokens)
    const active = sum(queries)
    work.square += 2 * tiled(rows) + 2 * tiled(active)
    for (let row = 0; row < active; row += BLOCK) work.feedForward += tiled(Math.min(BLOCK, active - row))
    work.gelu += active
    work.keys += rows
    work.pairs += sum(tokens => tiled(queries(tokens)) * padded(tokens))
    work.attended += active
    work.norms += 2 * active
  }
  return work
}

export function addWork(to: Work, more: Work): void {
  for (const key of Object.keys(to) as (keyof Work)[]) to[key] += more[key]
}
