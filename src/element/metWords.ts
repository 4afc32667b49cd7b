import type { Reranker } from '../api/ranking.js'
import type { Candidate } from '../api/search.js'
import { loadedPackage } from './packageEntry.js'
import type { MarkedPlace } from './segments.js'

/**
 * The words of a candidate's text that the query's words met in late interaction, each marked with the query's word.
 * Those that met a heading have places before the text.
 * @returns undefined if the reranker does not tell
 */
export async function metWords(
  reranker: Reranker | undefined,
  query: string,
  candidate: Candidate,
): Promise<MarkedPlace[] | undefined> {
  const { title, text } = loadedPackage().asPassage(candidate)
  const from = title.length + 1
  const [met] = (await reranker?.matches?.(query, [`${title} ${text}`]).catch(() => [])) ?? []
  return met?.map(({ text: [start, end], query: word }) => [start - from, end - from, { met: query.slice(...word) }])
}
