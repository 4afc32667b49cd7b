import type { Qrels } from '../../src/eval/metrics.js'
import { openData } from '../../src/eval/openData.js'
import type { EvalCandidate } from '../../src/eval/queries.js'
import { asPassage } from '../../src/search/asPassage.js'
import { ownIndex } from '../search/contestants.js'
import { readBeir, test as testSide } from '../search/judged.js'

/** A judged query with the candidates that are reranked, best of the first stage first. */
export interface JudgedList {
  query: string
  passages: EvalCandidate[]
  qrels: Qrels
}

/** Judged queries of a file of `mvp-rerank eval`, each n-th of them. */
export async function readSet(file: string, nth: number): Promise<JudgedList[]> {
  const lists: JudgedList[] = []
  const { queries } = await openData({ data: file, top: 100, limit: Number.POSITIVE_INFINITY })
  let place = 0
  for await (const query of queries) {
    if (place++ % nth > 0 || query.qrels.size === 0) continue
    lists.push({ query: query.text, passages: await query.candidates(), qrels: query.qrels })
  }
  return lists
}

/**
 * Held-out questions of openstax that only long passages answer, with the best 50 by words of all its passages.
 * @param characters that an answer has at least
 */
export function longAnswers(folder: string, characters: number, most: number): JudgedList[] {
  const set = readBeir(folder, 'openstax', testSide, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  if (!set) return []
  const index = ownIndex(set.sections)
  const isLong = ({ relevant }: (typeof set.questions)[number]) =>
    [...relevant].every(id => set.sections[id]!.text.length >= characters)
  return set.questions
    .filter(isLong)
    .slice(0, most)
    .map(({ text, relevant }) => ({
      query: text,
      qrels: new Map([...relevant].map(id => [String(id), 1])),
      passages: index.query(text, { limit: 50 }).candidates.map(candidate => ({
        ...asPassage(candidate),
        id: String(candidate.id),
      })),
    }))
}
