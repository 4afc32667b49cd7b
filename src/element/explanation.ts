import type { Signals } from '../api/ranking.js'
import type { Result } from './result.js'
import type { Strings } from './strings/index.js'

export interface ExplanationBar {
  label: string
  /** Length, 0 to 1. */
  value: number
  text: string
}

export interface Explanation {
  /** Plain sentences. */
  summary: string[]
  groups: { title: string; bars: ExplanationBar[] }[]
}

/**
 * Explains why a section is a result, and why it stands at its place. Every number is one that the ranking used.
 * @param modelKnown there is a model, or one will be loaded: then the explanation says if it has not read the section
 */
export function explain(
  { candidate, modelRank }: Result,
  { explain: texts }: Strings,
  modelKnown: boolean,
): Explanation {
  const { words, semantic, source } = candidate
  const summary = [texts.summary[source]]
  const groups: Explanation['groups'] = []
  if (words) {
    summary.push(texts.wordsPlace(words.rank + 1))
    const sum = words.terms.reduce((total, { score }) => total + score, 0) || 1
    groups.push({
      title: texts.words,
      bars: words.terms.map(({ term, word, match, score }) => ({
        label: texts.match[match](word, term),
        value: score / sum,
        text: percentText(score / sum),
      })),
    })
  }
  if (semantic) {
    if (semantic.rank !== undefined) summary.push(texts.semanticPlace(semantic.rank + 1))
    const value = Math.min(1, Math.max(0, semantic.cosine))
    groups.push({
      title: texts.semantic,
      bars: [{ label: texts.semantic, value, text: texts.similarity(Math.round(100 * value)) }],
    })
  }
  if (modelRank) {
    const { place, total, viewPlaces, signalPlaces } = modelRank
    const bar = (label: string, ownPlace: number): ExplanationBar => ({
      label,
      value: total > 1 ? 1 - ownPlace / (total - 1) : 1,
      text: texts.viewPlace(ownPlace + 1, total),
    })
    summary.push(texts.modelPlace(place + 1, total))
    groups.push({ title: texts.views, bars: viewPlaces.map((viewPlace, view) => bar(texts.view(view + 1), viewPlace)) })
    const signals = Object.entries(signalPlaces) as [keyof Signals, number][]
    groups.push({ title: texts.signals, bars: signals.map(([name, ownPlace]) => bar(texts.signal[name], ownPlace)) })
  } else if (modelKnown) summary.push(texts.unread)
  return { summary, groups: groups.filter(({ bars }) => bars.length > 0) }
}

function percentText(share: number): string {
  return `${Math.round(100 * share)} %`
}
