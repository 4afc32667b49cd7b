import type { Candidate } from '../../src/api/search.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import { exactFirst } from '../../src/search/exactFirst.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { siteFusion } from '../../src/search/siteFusion.js'

/** Candidates after fusion and after the model, as the element gets them. The model reads the corrected query. */
export async function askChain(
  index: SearchIndex,
  typed: string,
  reranker: Reranker,
  limit: number,
): Promise<{ candidates: Candidate[]; ranked: Candidate[] }> {
  const query = index.query(typed, { limit }).corrected ?? typed
  const [vector] = await reranker.embed([query], { prompt: 'query' })
  const { candidates } = index.query(typed, { limit, vector: vector! })
  const { results } = await reranker.rank(query, candidates.map(asPassage), { fusion: siteFusion(reranker.info) })
  const order = exactFirst(
    results.map(({ index }) => index),
    candidates,
  )
  return { candidates, ranked: order.map(place => candidates[place]!) }
}
