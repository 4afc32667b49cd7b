import type { Signals } from '../api/ranking.js'
import type { Result } from './result.js'
import type { Strings } from './strings/index.js'

/** One bar: what it is, how long, and what it says in words. */
export interface Bar {
  label: string
  /** 0 to 1. */
  value: number
  text: string
}

export interface Explanation {
  /** Plain sentences. */
  summary: string[]
  groups: { title: string; bars: Bar[] }[]
}

/**
 * What made a section a result, and what put it where it is. Every number is one that the ranking was made of.
 * @param modelKnown there is a model, or one to come: that it has not read the section yet is worth a word
 */
export function explain({ candidate, verdict }: Result, { explain: say }: Strings, modelKnown: boolean): Explanation {
  const { words, semantic, source } = candidate
  const summary = [say.summary[source]]
  const groups: Explanation['groups'] = []
  if (words) {
    summary.push(say.wordsPlace(words.rank + 1))
    const whole = words.terms.reduce((sum, { score }) => sum + score, 0) || 1
    groups.push({
      title: say.words,
      bars: words.terms.map(({ term, word, match, score }) => ({
        label: say.match[match](word, term),
        value: score / whole,
        text: percentText(score / whole),
      })),
    })
  }
  if (semantic) {
    if (semantic.rank !== undefined) summary.push(say.semanticPlace(semantic.rank + 1))
    const value = Math.min(1, Math.max(0, semantic.cosine))
    groups.push({
      title: say.semantic,
      bars: [{ label: say.semantic, value, text: say.similarity(Math.round(100 * value)) }],
    })
  }
  if (verdict) {
    const { place, of, viewPlaces, signalPlaces } = verdict
    const bar = (label: string, ownPlace: number): Bar => ({
      label,
      value: of > 1 ? 1 - ownPlace / (of - 1) : 1,
      text: say.viewPlace(ownPlace + 1, of),
    })
    summary.push(say.modelPlace(place + 1, of))
    groups.push({ title: say.views, bars: viewPlaces.map((viewPlace, view) => bar(say.view(view + 1), viewPlace)) })
    const signals = Object.entries(signalPlaces) as [keyof Signals, number][]
    groups.push({ title: say.signals, bars: signals.map(([name, ownPlace]) => bar(say.signal[name], ownPlace)) })
  } else if (modelKnown) summary.push(say.unread)
  return { summary, groups: groups.filter(({ bars }) => bars.length > 0) }
}

function percentText(share: number): string {
  return `${Math.round(100 * share)} %`
}
