import { best } from './best.js'
import { type Headings, headingKey } from './headings.js'
import { normalizeText } from './normalize.js'
import type { ParsedQuery } from './parsedQuery.js'
import { isStopWord, termsOf, wordsOf } from './terms.js'
import type { AskedWord, WordHits } from './words.js'

/** Sections that are looked at more closely. */
const LOOKED_AT = 200

/** What closeness adds, beside 1 for the best score by single words. Chosen on the sides of the question sets and the manuals that no test uses. */
const WEIGHTS = {
  /** The query is the heading. */
  wholeHeading: 3,
  /** The heading begins with the query, as it is typed. */
  beginning: 0.8,
  /** The words of the query are those of the heading, in whatever order. */
  heading: 0.9,
  /** The words of the query are in the titles above. */
  titles: 0.25,
  /** Words that follow each other in the query do so in the text. */
  order: 0.25,
  /** A piece with signs in it, as it is typed: in the heading, in the text. */
  literalHeading: 1,
  literalText: 0.5,
}

/** Letters between two words that still follow each other. */
const FARTHEST = 12

/** What a closer look reads of a section. */
export interface CloserText {
  /** The section's own heading. */
  heading(place: number): string
  /** The titles above it. */
  titles(place: number): string
  text(place: number): string
}

/**
 * A closer look at the best sections by single words, which an index without positions cannot take: at their headings, at the order of words in their texts, and at pieces
 * with signs in them. Changes the scores, and gives the places in their new order.
 */
export function lookCloser(
  query: ParsedQuery,
  { places, scores, asked }: WordHits,
  headings: Headings,
  texts: CloserText,
  limit: number,
  isAllowed: (place: number) => boolean,
): number[] {
  const top = scores[places[0]!] || 1
  const beginning = headings.beginning(query.text)
  const looked = new Set([...places.slice(0, LOOKED_AT), ...[...beginning.keys()].filter(isAllowed)])
  const heading = new HeadingMatcher(asked)
  const key = headingKey(query.text)
  const pairs = pairsOf(query.text, asked)
  for (const place of looked) {
    const own = texts.heading(place)
    const above = texts.titles(place)
    const ownKey = headingKey(own)
    let added = 0
    const begun = beginning.get(place)
    if (ownKey === key || begun === 1) added += WEIGHTS.wholeHeading
    else if (begun !== undefined && query.typing) added += WEIGHTS.beginning * (0.5 + begun / 2)
    const match = heading.match(own)
    added += WEIGHTS.heading * match.asked ** 2 * match.heading
    if (above !== '') added += WEIGHTS.titles * heading.match(`${above} ${own}`).asked ** 2
    if (pairs.length > 0 || query.literals.length > 0) {
      const text = normalizeText(texts.text(place))
      const ordered = pairs.filter(pair => follows(ownKey, pair) || follows(text, pair)).length
      if (pairs.length > 0) added += (WEIGHTS.order * ordered) / pairs.length
      for (const literal of query.literals) {
        if (holds(ownKey, literal)) added += WEIGHTS.literalHeading / query.literals.length
        else if (holds(text, literal)) added += WEIGHTS.literalText / query.literals.length
      }
    }
    scores[place]! += top * added
  }
  return best(scores, limit)
}

/** How well headings and a query cover each other, each from 0 to 1. */
class HeadingMatcher {
  readonly #asked: readonly AskedWord[]
  readonly #terms = new Map<string, { of: number; weight: number }>()
  readonly #all: number

  constructor(asked: readonly AskedWord[]) {
    this.#asked = asked
    this.#all = asked.reduce((sum, { idf }) => sum + idf, 0) || 1
    asked.forEach(({ matches }, of) => {
      for (const { text, weight } of matches) {
        const other = this.#terms.get(text)
        if (!other || other.weight < weight) this.#terms.set(text, { of, weight })
      }
    })
  }

  match(heading: string): { asked: number; heading: number } {
    const covered = new Float32Array(this.#asked.length)
    let words = 0
    let matched = 0
    for (const word of wordsOf(heading)) {
      // Words that carry no topic hardly count against a heading.
      const mass = isStopWord(word) ? 0.2 : 1
      words += mass
      let least = 0
      for (const term of termsOf(word)) {
        const found = this.#terms.get(term)
        if (!found) continue
        least = Math.max(least, found.weight)
        covered[found.of] = Math.max(covered[found.of]!, found.weight)
      }
      matched += mass * least
    }
    const sum = covered.reduce((sum, weight, of) => sum + weight * this.#asked[of]!.idf, 0)
    return { asked: sum / this.#all, heading: words === 0 ? 0 : matched / words }
  }
}

/** The words that follow each other in a query, as they are looked for in texts. */
function pairsOf(text: string, asked: readonly AskedWord[]): [string, string][] {
  const known = new Set(asked.map(({ word }) => word))
  const words = wordsOf(text)
    .filter(word => known.has(word))
    .map(word => termsOf(word)[0]!)
    .filter(term => term !== '')
  return words.slice(1).map((word, i) => [words[i]!, word])
}

function follows(text: string, [before, after]: [string, string]): boolean {
  const reach = before.length + FARTHEST
  for (let at = text.indexOf(before); at >= 0; ) {
    const next = text.indexOf(after, at + before.length)
    if (next < 0) return false
    if (next - at <= reach) return true
    at = text.indexOf(before, Math.max(at + 1, next - reach))
  }
  return false
}

const WORD_CHARACTER = /[\p{L}\p{N}_]/u

/** Whether a text has a piece that is no part of a longer word or flag. */
function holds(text: string, piece: string): boolean {
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + piece.length] ?? ' '
    if (!WORD_CHARACTER.test(before) && !joins(piece.at(-1)!, after)) return true
  }
  return false
}

function joins(last: string, next: string): boolean {
  if (WORD_CHARACTER.test(last)) return WORD_CHARACTER.test(next) || next === '-'
  return next === last
}
