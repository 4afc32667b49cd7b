import MiniSearch from 'minisearch'
import type { Qrels } from '../../src/eval/metrics.js'
import labelled from './labelled.json' with { type: 'json' }

export interface LabelledPassage {
  id: string
  text: string
  firstStageScore: number
}

export interface LabelledQuery {
  query: string
  /** All passages of the set, in keyword order (BM25). Those of the other queries are the wrong answers. */
  passages: LabelledPassage[]
  qrels: Qrels
}

/** The queries of `demo/bench/labelled.json`. */
export function labelledQueries(): LabelledQuery[] {
  const all = labelled.queries.flatMap(({ passages }, q) =>
    passages.map(([grade, text], p) => ({ id: `${q}-${p}`, q, grade: Number(grade), text: String(text) })),
  )
  const words = new MiniSearch<{ id: string; text: string }>({ fields: ['text'] })
  words.addAll(all)
  return labelled.queries.map(({ query }, q) => {
    const scores = new Map(words.search(query).map(({ id, score }) => [id as string, score]))
    const passages = all
      .map(({ id, text }) => ({ id, text, firstStageScore: scores.get(id) ?? 0 }))
      .sort((a, b) => b.firstStageScore - a.firstStageScore)
    return { query, passages, qrels: new Map(all.filter(one => one.q === q).map(({ id, grade }) => [id, grade])) }
  })
}
