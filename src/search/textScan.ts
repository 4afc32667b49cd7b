import type { CloserText } from './closeness.js'
import { Phrase } from './phrases.js'
import { topK } from './topK.js'
import type { WordHits } from './wordSearch.js'

/** Sections that are taken for signs, or read for phrases. */
const MOST_SECTIONS = 2000

/** Signs that are no words (`%`, `^@`) are looked for in all texts. */
export function scanForSigns(signs: string, hits: WordHits, texts: CloserText, allowed: Uint8Array | undefined): void {
  if (/[\p{L}\p{N}]/u.test(signs)) return
  for (let place = 0; place < hits.scores.length; place++) {
    if (allowed?.[place] === 0) continue
    hits.scores[place] = Number(texts.text(place).includes(signs)) + 2 * Number(texts.heading(place).includes(signs))
  }
  hits.places = topK(hits.scores, MOST_SECTIONS)
}

/** Leaves the sections that hold all of the phrases; all of them where none does. */
export function keepPhrases(phrases: readonly string[], hits: WordHits, texts: CloserText): void {
  const wanted = phrases.map(phrase => new Phrase(phrase))
  const kept = new Map<number, number>()
  for (const place of topK(hits.scores, MOST_SECTIONS)) {
    const whole = [...texts.titles(place), texts.heading(place), texts.text(place)].join('\n')
    if (wanted.every(phrase => phrase.isIn(whole))) kept.set(place, hits.scores[place]!)
  }
  if (kept.size === 0) return
  hits.scores.fill(0)
  for (const [place, score] of kept) hits.scores[place] = score
  hits.places = [...kept.keys()]
  hits.allowed = Uint8Array.from(hits.scores, score => Number(score > 0))
}
