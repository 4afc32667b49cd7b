import type { PassageObject } from '../api/ranking.js'
import type { Section } from '../api/search.js'

/**
 * Turns a section into a passage, in the form that the index embeds: its headings, joined by ` › `, are the title. A
 * candidate's score becomes `firstStageScore`.
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
