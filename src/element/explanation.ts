import type { Signal } from '../api/models.js'
import type { Result } from './result.js'
import type { Strings } from './strings/index.js'

export interface ExplanationBar {
  label: string
  /** Length, 0 to 1. */
  value: number
  text: string
}

export interface Explanation {
  /** Why it has its place, in one plain sentence. */
  plain: string
  /** The same in figures. */
  summary: string[]
  groups: { title: string; bars: ExplanationBar[] }[]
}

export interface ListState {
  /** Whether there is or will be a model. Then the explanation mentions a section that it has not ranked. */
  modelKnown: boolean
  /** Whether the list shows another order than the model's. */
  betterHeld: boolean
}

/**
 * Explains why a section is a result and why it stands at its place. All numbers are those of the ranking. A signal
 * without weight is left out.
 */
export function explain(
  { candidate, modelRank }: Result,
  { explain: texts, byWords, offer, source: sources }: Strings,
  { modelKnown, betterHeld }: ListState,
): Explanation {
  const { words, semantic, source, exact } = candidate
  const summary: string[] = []
  let plain = modelKnown ? texts.unread : `${byWords}.`
  const groups: Explanation['groups'] = []
  if (modelRank) {
    const { place, total, block, viewPlaces, signalPlaces } = modelRank
    const size = block?.size ?? total
    const bar = (label: string, ownPlace: number): ExplanationBar => ({
      label,
      value: size > 1 ? 1 - ownPlace / (size - 1) : 1,
      text: texts.viewPlace(ownPlace + 1, size),
    })
    const signals = (Object.entries(signalPlaces) as [Signal, number][]).map(([signal, ownPlace]) => ({
      name: texts.signal[signal],
      place: ownPlace + 1,
    }))
    plain = texts.plain(place + 1, total, words && words.rank + 1)
    if (betterHeld) summary.push(offer)
    summary.push(texts.basis(signals, viewPlaces.length))
    if (block) summary.push(texts.rankedAgain(block.best, block.isBest))
    if (signals.length > 1) {
      groups.push({ title: texts.signals, bars: signals.map(({ name, place }) => bar(name, place - 1)) })
    }
    if (signals.length <= 1 || signalPlaces.mvp !== undefined) {
      const bars = viewPlaces.map((viewPlace, view) => bar(texts.view(view + 1), viewPlace))
      groups.push({ title: texts.views, bars })
    }
  }
  summary.push(texts.foundBy(sources[source]))
  if (words) {
    summary.push(texts.listPlace(sources.words, words.rank + 1))
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
    if (semantic.rank !== undefined) summary.push(texts.listPlace(sources.semantic, semantic.rank + 1))
    const { cosine, lateInteraction } = semantic
    const bar = (label: string, value: number) => ({ label, value: Math.max(0, value), text: texts.similarity(value) })
    groups.push({
      title: texts.semantic,
      bars: [
        bar(texts.cosine, cosine),
        ...(lateInteraction === undefined ? [] : [bar(texts.signal.lateInteraction, lateInteraction)]),
      ],
    })
  }
  return { plain: exact ? texts.exact : plain, summary, groups: groups.filter(({ bars }) => bars.length > 0) }
}

function percentText(share: number): string {
  return `${Math.round(100 * share)} %`
}
