import { type Headings, headingKey } from './headings.js'
import { normalizeText } from './normalize.js'
import type { ParsedQuery } from './parsedQuery.js'
import type { QueryWord } from './queryExpansion.js'
import { isStopWord } from './stopWords.js'
import { termsOf, wordsOf } from './terms.js'
import { topK } from './topK.js'
import type { WordHits } from './wordSearch.js'

/** Number of the best sections that get a closer look. */
export const LOOKED_AT = 100

/** Number of headings whose words are cached. */
const MOST_KNOWN = 20_000

/**
 * What closeness adds to a score, where 1 is the best score by single words. Chosen on those questions and manuals that
 * no test uses.
 */
const WEIGHTS = {
  /** The query is the heading. */
  wholeHeading: 3,
  /** The query is the heading, in the same case. */
  sameCase: 0.2,
  /** The heading begins with the query as typed. */
  beginning: 3,
  /** The query and the heading have the same words, in any order. */
  heading: 0.9,
  /** The query and the page's title have the same words: for the page's first section, and for its others. */
  pageStart: 3.2,
  page: 0.5,
  /** The words of the query are in the headings above the section. */
  titles: 0.25,
  /** The words of the query, function words among them, stand in the heading as typed. */
  phrase: 1.5,
  /** Words that are neighbours in the query are neighbours in the text. */
  order: 0.25,
  /** A piece with signs stands as typed in the heading, or in the text. */
  literalHeading: 1,
  literalText: 0.5,
}

/**
 * Number of sections that a heading or an identifier names at most. Others with the same heading leave room for longer
 * ones.
 */
const MOST_NAMED = 3

/** Most characters between two neighbouring words. */
const FARTHEST = 12

/** The texts that a closer look reads. */
export interface CloserText {
  /** The section's own heading. */
  heading(place: number): string
  /** The headings above it, the page's title first. */
  titles(place: number): readonly string[]
  pageTitle(place: number): string
  text(place: number): string
  /** Words of headings, cached between queries. */
  known: Map<string, HeadingWord[]>
}

/**
 * Looks closer at the best sections by single words: at their headings, the order of words in their texts, and pieces
 * with signs. The index has no positions and cannot tell these. Changes the scores and marks the sections that the
 * query names.
 * @param spelt corrected words of the query
 * @returns the places in their new order
 */
export function lookCloser(
  query: ParsedQuery,
  hits: WordHits,
  headings: Headings,
  texts: CloserText,
  limit: number,
  spelt: readonly string[] = [],
): number[] {
  const { places, scores, queryWords, allowed } = hits
  const top = scores[places[0]!] || 1
  const beginning = headings.beginning(query.text)
  const looked = new Set([
    ...places.slice(0, LOOKED_AT),
    ...[...beginning.keys()].filter(place => allowed?.[place] !== 0),
  ])
  const heading = new HeadingMatcher(queryWords, texts.known, spelt)
  const key = headingKey(query.text)
  const identifier = identifierOf(query)
  const named: number[] = []
  const mentioned: number[] = []
  const wholes: number[] = []
  const pageFits = new Map<string, { asked: number; heading: number }>()
  const pairs = pairsOf(query.text, new Set([...queryWords.map(({ word }) => word), ...spelt]))
  for (const place of looked) {
    const own = texts.heading(place)
    const above = texts.titles(place)
    const ownKey = headings.key(place) ?? headingKey(own)
    let added = 0
    const begun = beginning.get(place) ?? 0
    if (ownKey === key || begun === 1) {
      const sameCase = own.includes(query.text.trim())
      if (sameCase) added += WEIGHTS.sameCase
      wholes.push(place)
    } else {
      added += WEIGHTS.beginning * begun
      if (key.includes(' ') && holds(ownKey, key)) added += (WEIGHTS.phrase * key.length) / ownKey.length
    }
    const match = heading.match([own])
    added += WEIGHTS.heading * match.asked ** 2 * match.heading
    if (above.length > 0) added += WEIGHTS.titles * heading.match([...above, own]).asked ** 2
    const title = texts.pageTitle(place)
    const page = pageFits.get(title) ?? heading.match([title], term => headings.titleMass(term))
    pageFits.set(title, page)
    const isStart = headings.isPageStart(place)
    const isNamed = isStart && begun === 1 && ownKey !== key
    const fit = isNamed ? 1 : page.asked ** 3 * page.heading
    added += fit * (isStart ? WEIGHTS.pageStart : WEIGHTS.page)
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
    if (identifier ? holds(ownKey, identifier) : declares(ownKey, key)) named.push(place)
    else if (identifier && holds(normalizeText(texts.text(place)), identifier)) mentioned.push(place)
  }
  const byScore = (a: number, b: number) => scores[b]! - scores[a]! || a - b
  wholes.sort(byScore)
  wholes.forEach((place, i) => {
    scores[place]! += top * (i < MOST_NAMED ? WEIGHTS.wholeHeading : WEIGHTS.wholeHeading / 3)
  })
  for (const place of wholes.slice(0, MOST_NAMED).sort(byScore)) {
    const isTitle = headings.isPageStart(place) && (headings.key(place) !== key || texts.titles(place).length === 0)
    hits.exact.set(place, isTitle ? 'title' : 'heading')
  }
  // A name that many sections mention names none of them, nor does a plain word that many functions have as their name.
  const holders = named.length > 0 ? named : mentioned
  const most = identifier && holders === named ? looked.size : MOST_NAMED
  if (holders.length > most) holders.length = 0
  for (const place of holders.sort(byScore).slice(0, MOST_NAMED)) {
    if (!hits.exact.has(place)) hits.exact.set(place, 'identifier')
  }
  return topK(scores, limit)
}

/** The identifier, if the whole query is one: a piece with signs, digits or inner capitals. */
function identifierOf({ text, literals }: ParsedQuery): string | undefined {
  const name = text.trim()
  if (/\s/.test(name) || !/\p{L}/u.test(name)) return undefined
  return literals[0] ?? (/[\p{Ll}\p{N}]\p{Lu}/u.test(name) ? normalizeText(name) : undefined)
}

/** Measures how well a query and headings cover each other, from 0 to 1 each. */
class HeadingMatcher {
  readonly #asked: readonly QueryWord[]
  readonly #terms = new Map<string, { of: number; weight: number }>()
  readonly #all: number

  /** The query's words that are long enough to be part of a compound; '' for the others. */
  readonly #wholes: readonly string[]
  readonly #known: Map<string, HeadingWord[]>

  /**
   * @param known cached words of headings
   * @param spelt corrected words, which count as if they had been typed
   */
  constructor(asked: readonly QueryWord[], known: Map<string, HeadingWord[]>, spelt: readonly string[]) {
    this.#asked = asked
    this.#wholes = asked.map(({ word }) => (/^\p{L}{5,}$/u.test(word) ? termsOf(word)[0]! : ''))
    this.#known = known
    this.#all = asked.reduce((sum, { idf }) => sum + idf, 0) || 1
    asked.forEach(({ matches }, of) => {
      for (const { text, ...match } of matches) {
        const weight = spelt.includes(text) ? 1 : match.weight
        const other = this.#terms.get(text)
        if (!other || other.weight < weight) this.#terms.set(text, { of, weight })
      }
    })
  }

  match(titles: readonly string[], massOf = (_term: string) => 1): { asked: number; heading: number } {
    const covered = new Float32Array(this.#asked.length)
    let words = 0
    let matched = 0
    for (const title of titles) {
      for (const { terms, isStop } of this.#wordsOf(title)) {
        // Stop words hardly count against a heading.
        const mass = isStop ? 0.2 : massOf(terms[0]!)
        words += mass
        let whole = 0
        let parts = 0
        terms.forEach((term, i) => {
          const found = this.#terms.get(term) ?? this.#compoundOf(term)
          if (!found) return
          if (i === 0) whole = found.weight
          else parts += found.weight / (terms.length - 1)
          if (found.weight > covered[found.of]!) covered[found.of] = found.weight
        })
        matched += mass * Math.max(whole, parts)
      }
    }
    let sum = 0
    for (let of = 0; of < covered.length; of++) sum += covered[of]! * this.#asked[of]!.idf
    return { asked: sum / this.#all, heading: words === 0 ? 0 : matched / words }
  }

  /** `glossary` finds a title of `gitglossary`. */
  #compoundOf(term: string): { of: number; weight: number } | undefined {
    const of = this.#wholes.findIndex(part => part !== '' && term.length > part.length + 2 && term.endsWith(part))
    return of < 0 ? undefined : { of, weight: 0.8 }
  }

  #wordsOf(title: string): HeadingWord[] {
    const known = this.#known.get(title)
    if (known) return known
    const words = wordsOf(title).map(word => ({ terms: termsOf(word), isStop: isStopWord(word) }))
    if (this.#known.size > MOST_KNOWN) this.#known.clear()
    this.#known.set(title, words)
    return words
  }
}

interface HeadingWord {
  terms: string[]
  isStop: boolean
}

/** Pairs of neighbouring words of a query, as terms to look for in texts. */
function pairsOf(text: string, known: ReadonlySet<string>): [string, string][] {
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

/** Whether a text holds a piece that is not part of a longer word or flag. */
function holds(text: string, piece: string): boolean {
  // Nothing, such as a soft hyphen alone, is in no text.
  for (let at = text.indexOf(piece); piece && at >= 0; at = text.indexOf(piece, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + piece.length] ?? ' '
    if (!WORD_CHARACTER.test(before) && !joins(piece.at(-1)!, after)) return true
  }
  return false
}

/** Whether a heading is the signature of a function of that name, which may be one of an object. */
function declares(heading: string, name: string): boolean {
  const callee = heading.split('(')[0]!
  return callee !== heading && !/\s.*\s/.test(callee) && callee.endsWith(name) && holds(callee, name)
}

function joins(last: string, next: string): boolean {
  if (WORD_CHARACTER.test(last)) return WORD_CHARACTER.test(next) || next === '-'
  return next === last
}
