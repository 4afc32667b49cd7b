import { termsOf, wordsOf } from './terms.js'

/** For each term, the sections that contain it (its postings) and its weight there. */
export interface InvertedIndex {
  sections: number
  /** Sorted by code units. */
  terms: string[]
  /** [terms + 1]: where a term's postings begin. */
  starts: Uint32Array
  /** [postings]: section ids, rising within a term. */
  places: Uint32Array
  /** [postings]: saturated weight of the term in the section, in 255ths. */
  impacts: Uint8Array
}

export interface SectionFields {
  /** The section's own heading. */
  heading: string
  /** The headings above it. */
  path: string
  text: string
}

/** The weight of a word in a field, relative to the text, and BM25's length normalization b. */
const FIELDS = [
  { name: 'heading', weight: 3, b: 0.5 },
  { name: 'path', weight: 1.5, b: 0.4 },
  { name: 'text', weight: 1, b: 0.6 },
] as const

/** BM25's k1: how soon repetitions of a word stop adding to its score. */
const K1 = 1.2

/**
 * Indexes for BM25F (Robertson, Zaragoza, Taylor 2004). Each field's count of a term is divided by the field's
 * normalized length and weighted; their sum is saturated. All factors but the idf are known here and fit into one byte.
 */
export function buildInvertedIndex(sections: readonly SectionFields[]): InvertedIndex {
  const counts = sections.map(section => FIELDS.map(({ name }) => countTerms(section[name])))
  const means = FIELDS.map(
    (_, field) => counts.reduce((sum, of) => sum + of[field]!.length, 0) / Math.max(1, counts.length) || 1,
  )
  const postings = new Map<string, { places: number[]; impacts: number[] }>()
  counts.forEach((fields, place) => {
    const weights = new Map<string, number>()
    fields.forEach(({ terms, length }, field) => {
      const { weight, b } = FIELDS[field]!
      const norm = weight / (1 - b + (b * length) / means[field]!)
      for (const [term, count] of terms) weights.set(term, (weights.get(term) ?? 0) + norm * count)
    })
    for (const [term, weight] of weights) {
      const of = postings.get(term) ?? { places: [], impacts: [] }
      postings.set(term, of)
      of.places.push(place)
      of.impacts.push(Math.max(1, Math.round((255 * weight) / (K1 + weight))))
    }
  })
  const terms = [...postings.keys()].sort(byCodeUnits)
  const starts = new Uint32Array(terms.length + 1)
  terms.forEach((term, i) => {
    starts[i + 1] = starts[i]! + postings.get(term)!.places.length
  })
  const places = new Uint32Array(starts[terms.length]!)
  const impacts = new Uint8Array(places.length)
  terms.forEach((term, i) => {
    const of = postings.get(term)!
    places.set(of.places, starts[i])
    impacts.set(of.impacts, starts[i])
  })
  return { sections: sections.length, terms, starts, places, impacts }
}

export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Longer words are encodings and hashes, which nobody types. In characters. */
const LONGEST_WORD = 64

function countTerms(text: string): { terms: Map<string, number>; length: number } {
  const terms = new Map<string, number>()
  let length = 0
  for (const word of wordsOf(text)) {
    if (word.length > LONGEST_WORD) continue
    length++
    for (const term of termsOf(word)) if (term !== '') terms.set(term, (terms.get(term) ?? 0) + 1)
  }
  return { terms, length }
}
