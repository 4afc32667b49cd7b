import type { PassageObject } from '../api/ranking.js'
import type { Section } from '../api/search.js'

/**
 * A section in the form that the reranker reads and embeds: its headings are the passage's title.
 * @example reranker.rank(query, candidates.map(asPassage))
 */
export function asPassage(
  section: Pick<Section, 'path' | 'text'> & { id?: number; score?: number },
): PassageObject & { title: string } {
  const { id, path, text, score } = section
  return {
    ...(id === undefined ? {} : { id }),
    title: path.join(' › '),
    text,
    ...(score === undefined ? {} : { firstStageScore: score }),
  }
}
