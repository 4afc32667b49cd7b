import type { Result } from './result.js'

const least = 12
const most = 16
/** Of the scores by words, embeddings and late interaction, which are 0 to about 4. */
const near = 1.5

/**
 * The candidates that the model reads. Of an order by late interaction it reads the first 12, and up to 16 while their
 * score is near the first's: of those farther behind, 1 in 700 answers the query. nDCG@10 is that of reading 16 of
 * every order; fewer lower it, and more do not raise it (bench/NOTES.md).
 * @param all the most candidates of another order
 */
export function readingHead(found: readonly Result[], all: number): Result[] {
  const first = found[0]?.candidate
  const last = found.findLastIndex(
    ({ candidate: { score } }, place) =>
      place < (first!.semantic?.lateInteraction ? (score > first!.score - near ? most : least) : all),
  )
  return found.slice(0, last + 1)
}
