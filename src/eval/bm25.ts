import { isStopWord } from '../search/stopWords.js'
import { termsOf, wordsOf } from '../search/terms.js'
import { topK } from '../search/topK.js'
import { NumberList } from './numberList.js'

/** A passage found by the first stage. */
export interface Hit {
  /** The passage's place in the order of adding, from 0. */
  place: number
  score: number
}

/** BM25+ with MiniSearch's parameters. */
const K = 1.2
const B = 0.7
const D = 0.5

/** One field of all passages. */
interface Field {
  /** The number of different words of each passage. */
  lengths: NumberList<Uint32Array<ArrayBuffer>>
  meanLength: number
  /** By term of the queries: passage, frequency, passage, frequency … */
  postings: Map<string, NumberList<Uint32Array<ArrayBuffer>>>
}

/**
 * BM25+ as in MiniSearch, over the site search's words and stop words. It matches whole words only: prefixes and typos
 * matter only for typing people. The queries are known beforehand, so only their terms are indexed and no text is kept.
 * Scores equal MiniSearch's over all terms, since a field's length counts all of its words. Postings are outside the V8
 * heap.
 */
export class QueryIndex {
  readonly #title: Field
  readonly #text: Field
  #size = 0

  constructor(queries: Iterable<string>) {
    const wanted = new Set<string>()
    for (const query of queries)
      for (const word of queryWords(query)) for (const term of termsOf(word)) wanted.add(term)
    this.#title = newField(wanted)
    this.#text = newField(wanted)
  }

  get size(): number {
    return this.#size
  }

  add(title: string, text: string): void {
    addTo(this.#title, this.#size, title)
    addTo(this.#text, this.#size, text)
    this.#size++
  }

  /**
   * The best passages by BM25+, best first, equal ones in list order. Passages without a word of the query are left
   * out.
   */
  search(query: string, limit: number): Hit[] {
    const scores = new Float64Array(this.#size)
    const matched = new Uint16Array(this.#size)
    const ofTerm = new Float64Array(this.#size)
    const seen = new Set<string>()
    for (const term of queryWords(query).flatMap(termsOf)) {
      this.#score(this.#title, term, ofTerm)
      this.#score(this.#text, term, ofTerm)
      for (const { postings } of [this.#title, this.#text]) {
        const list = postings.get(term)
        for (let at = 0; list && at < list.length; at += 2) {
          const place = list.at(at)
          if (ofTerm[place] === 0) continue
          scores[place]! += ofTerm[place]!
          if (!seen.has(term)) matched[place]!++
          ofTerm[place] = 0
        }
      }
      seen.add(term)
    }
    // As in MiniSearch: scores are multiplied by the number of matched terms.
    for (let place = 0; place < scores.length; place++) scores[place]! *= matched[place]!
    return topK(scores, limit).map(place => ({ place, score: scores[place]! }))
  }

  #score({ lengths, meanLength, postings }: Field, term: string, scores: Float64Array): void {
    const list = postings.get(term)
    if (!list) return
    const passages = list.length / 2
    const rarity = Math.log(1 + (this.#size - passages + 0.5) / (passages + 0.5))
    for (let at = 0; at < list.length; at += 2) {
      const place = list.at(at)
      const frequency = list.at(at + 1)
      const length = 1 - B + (B * lengths.at(place)) / meanLength
      scores[place]! += rarity * (D + (frequency * (K + 1)) / (frequency + K * length))
    }
  }
}

function newField(terms: ReadonlySet<string>): Field {
  const postings = new Map(Array.from(terms, term => [term, new NumberList(Uint32Array)]))
  return { lengths: new NumberList(Uint32Array), meanLength: 0, postings }
}

function addTo(field: Field, place: number, text: string): void {
  const words = tokens(text)
  const length = new Set(words).size
  field.lengths.push(length)
  field.meanLength = (field.meanLength * place + length) / (place + 1)
  for (const word of words) {
    for (const term of termsOf(word)) {
      const list = field.postings.get(term)
      if (!list) continue
      if (list.length > 0 && list.at(list.length - 2) === place) list.set(list.length - 1, list.at(list.length - 1) + 1)
      else {
        list.push(place)
        list.push(1)
      }
    }
  }
}

function queryWords(query: string): string[] {
  const words = tokens(query)
  const contentWords = words.filter(word => !isStopWord(word))
  return contentWords.length > 0 ? contentWords : words
}

/** Scripts written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu

/** Splits a text into words; text without spaces becomes bigrams of characters. */
function tokens(text: string): string[] {
  return wordsOf(text).flatMap(word => {
    const pieces = word.replace(UNSPACED, run => ` ${bigrams(run).join(' ')} `)
    return pieces === word ? [word] : pieces.trim().split(/ +/)
  })
}

function bigrams(run: string): string[] {
  const characters = [...run]
  if (characters.length < 3) return [run]
  return characters.slice(1).map((character, i) => characters[i]! + character)
}
