import { RerankError } from '../api/errors.js'
import { indexError } from '../api/indexErrors.js'
import type { Candidate, MatchedTerm, QueryOptions, QueryResult, Section } from '../api/search.js'
import { type CloserText, LOOKED_AT, lookCloser } from './closeness.js'
import { scoreCodes } from './codes.js'
import { contextOf } from './context.js'
import { SectionFilters } from './filters.js'
import { fuseLateInteraction, LATE_WEIGHTS } from './fuseLateInteraction.js'
import { fuseWordsAndEmbeddings } from './fuseWordsAndEmbeddings.js'
import { Headings } from './headings.js'
import type { IndexManifest } from './indexManifest.js'
import { lateInteraction } from './lateInteraction.js'
import { type UnpackedIndex, unpackIndex } from './packedIndex.js'
import { type ParsedQuery, parseQuery } from './parsedQuery.js'
import { Phrase } from './phrases.js'
import { firstParts, limitPartsPerSection } from './sectionParts.js'
import { suggest } from './suggest.js'
import { termsOf, wordsOf } from './terms.js'
import { type TokenCodes, unpackTokenCodes } from './tokenCodes.js'
import { topK } from './topK.js'
import { type QueryWord, type WordHits, WordSearch } from './wordSearch.js'

/**
 * Each list brings this multiple of the wanted candidates: a candidate low in one list may be high in the other, and
 * not all parts of a section are taken.
 */
const OVERFETCH = 2

/** Of the best sections, those that may cover the query. */
const COVERING = 10

/** Sections with the words of a phrase that are read for the phrase. */
const MOST_WITH_PHRASES = 2000

/** An index in memory, searched by the worker or in Node. */
export class SearchIndex {
  readonly #unpacked: UnpackedIndex
  readonly #words: WordSearch
  readonly #filters: SectionFilters
  readonly #firstParts: Int32Array
  readonly #headings: Headings
  readonly #closerText: CloserText
  #codes: Uint8Array | undefined
  #tokenCodes: TokenCodes | undefined

  /** @param packed the words' file, decompressed. @throws RerankError `bad-index` */
  constructor(
    readonly manifest: IndexManifest,
    packed: Uint8Array,
  ) {
    this.#unpacked = unpackIndex(packed)
    if (this.#unpacked.sections.length !== manifest.sections) {
      throw indexError('bad-index', 'The index has another number of sections than its index.json says.')
    }
    const { pages, sections, text, words } = this.#unpacked
    this.#words = new WordSearch(words)
    this.#firstParts = firstParts(sections)
    this.#headings = new Headings(
      sections,
      pages.map(({ title }) => title),
      this.#firstParts,
    )
    this.#closerText = {
      heading: place => sections[place]!.path.at(-1) ?? pages[sections[place]!.page]!.title,
      titles: place => {
        const { page, path } = sections[place]!
        return path.length === 0 ? [] : [pages[page]!.title, ...path.slice(0, -1)]
      },
      pageTitle: place => pages[sections[place]!.page]!.title,
      text,
      known: new Map(),
    }
    this.#filters = new SectionFilters(this.#unpacked.pages, this.#unpacked.sections, this.#firstParts)
  }

  /** @param codes the embeddings' file. @throws RerankError `bad-index` */
  addEmbeddings(codes: Uint8Array): void {
    const { manifest } = this
    if (codes.length !== (manifest.sections * (manifest.embeddings?.width ?? 0)) / 8) {
      throw indexError('bad-index', 'The embeddings of the index do not fit its sections.')
    }
    this.#codes = codes
  }

  /** @param packed the token codes' file. @throws RerankError `bad-index` */
  addTokenCodes(packed: Uint8Array): void {
    const { sections, embeddings } = this.manifest
    this.#tokenCodes = unpackTokenCodes(packed, sections, embeddings?.width ?? 0)
  }

  /**
   * Without a vector, or before `addEmbeddings`, by words alone.
   * @param weights of embeddings and late interaction beside words
   * @throws RerankError `bad-option` for a vector of another width
   */
  query(text: string, options: Omit<QueryOptions, 'signal'> = {}, weights = LATE_WEIGHTS): QueryResult {
    const { limit = 50, filters: chosen = {}, vector, tokens, correct = true } = options
    const { embeddings } = this.manifest
    if (vector && embeddings && vector.length !== embeddings.width) {
      throw new RerankError(
        'bad-option',
        `The vector has ${vector.length} numbers, those of ${embeddings.model} have ${embeddings.width}.`,
      )
    }
    const names = Object.keys(this.manifest.filters)
    if (tokens && embeddings && (tokens.length === 0 || tokens.length % embeddings.width > 0)) {
      throw new RerankError('bad-option', `The tokens' ${tokens.length} numbers are no vectors of ${embeddings.width}.`)
    }
    const context = contextOf(options.context ?? {}, chosen, this.manifest.filters)
    const filters = { ...chosen, ...withoutValue(context) }
    if (text.trim() === '') {
      const facets = this.#filters.count(names, filters, () => true)
      return { candidates: [], total: 0, facets, suggestions: [], context, covered: 0 }
    }
    const allowed = this.#filters.allowed(filters)
    const fusing = vector !== undefined && this.#codes !== undefined
    const parsed = this.#parse(text)
    const hits = this.#words.search(parsed, Math.max(OVERFETCH * limit, LOOKED_AT), { allowed, correct })
    let mayBeFound = hits.allowed
    if (hits.queryWords.length === 0) this.#scan(text.trim(), hits, allowed)
    if (parsed.phrases.length > 0) mayBeFound = this.#keepPhrases(parsed.phrases, hits) ?? mayBeFound
    const corrected = this.#lookCloser(text, parsed, hits, OVERFETCH * limit, place => mayBeFound?.[place] !== 0)
    const candidates = fusing
      ? this.#byWordsAndEmbeddings(hits, vector, tokens, limit, mayBeFound, weights)
      : this.#byWords(hits, limit)
    let total = 0
    let counted = -1
    hits.scores.forEach((score, section) => {
      const first = this.#firstParts[section]!
      if (score <= 0 || first === counted) return
      counted = first
      total++
    })
    // Facets count what other choices of a filter would bring, so this search ignores the filters.
    const unfiltered = allowed ? this.#words.search(parsed, 0, { correct }).scores : hits.scores
    return {
      candidates,
      total,
      facets: this.#filters.count(names, filters, section => unfiltered[section]! > 0),
      // If only a filter excludes the results, other words would not help.
      suggestions: unfiltered.some(score => score > 0) ? [] : suggest(text, this.#words),
      context,
      covered: this.#words.covered(hits, [
        ...hits.places.slice(0, COVERING),
        ...candidates.slice(0, COVERING).map(({ id }) => id),
      ]),
      ...(corrected === undefined ? {} : { corrected }),
    }
  }

  section(id: number): Section | undefined {
    const section = this.#unpacked.sections[id]
    if (!section) return undefined
    const { title, url, filters } = this.#unpacked.pages[section.page]!
    return {
      id,
      section: this.#firstParts[id]!,
      url: section.anchor === '' ? url : `${url}#${encodeURIComponent(section.anchor)}`,
      title,
      path: [title, ...section.path],
      text: this.#unpacked.text(id),
      filters,
    }
  }

  /** @returns the query as it was corrected: so it is compared with headings and texts */
  #lookCloser(
    text: string,
    parsed: ParsedQuery,
    hits: WordHits,
    limit: number,
    isAllowed: (place: number) => boolean,
  ): string | undefined {
    const look = (query: ParsedQuery, spelt?: readonly string[]) => {
      hits.places = lookCloser(query, hits, this.#headings, this.#closerText, limit, isAllowed, spelt)
    }
    if (!hits.queryWords.some(isMisspelt)) {
      look(parsed)
      return undefined
    }
    const before = { places: hits.places, scores: hits.scores.slice() }
    look(parsed)
    const best = hits.places[0]
    if (best === undefined) return undefined
    const { path, text: read } = this.section(best)!
    const spelt = corrections(hits, this.#words.explain(hits, [best]).get(best)!, [...path, read])
    let corrected = text
    for (const [word, right] of spelt) corrected = corrected.replace(word, right)
    hits.places = before.places
    hits.scores.set(before.scores)
    hits.exact.clear()
    look(this.#parse(corrected), [...spelt.values()])
    return corrected
  }

  #parse(text: string): ParsedQuery {
    return parseQuery(text, term => this.#words.find(term) >= 0)
  }

  /** Signs that are no words (`%`, `^@`) are looked for in all texts. */
  #scan(signs: string, hits: WordHits, allowed: Uint8Array | undefined): void {
    if (/[\p{L}\p{N}]/u.test(signs)) return
    const { heading, text } = this.#closerText
    for (let place = 0; place < hits.scores.length; place++) {
      if (allowed?.[place] === 0) continue
      hits.scores[place] = Number(text(place).includes(signs)) + 2 * Number(heading(place).includes(signs))
    }
    hits.places = topK(hits.scores, MOST_WITH_PHRASES)
  }

  /** Leaves the sections that hold all of the phrases, and tells which; all of them where none does. */
  #keepPhrases(texts: readonly string[], hits: WordHits): Uint8Array | undefined {
    const phrases = texts.map(text => new Phrase(text))
    const { heading, titles, text } = this.#closerText
    const kept = new Map<number, number>()
    for (const place of topK(hits.scores, MOST_WITH_PHRASES)) {
      const whole = [...titles(place), heading(place), text(place)].join('\n')
      if (phrases.every(phrase => phrase.isIn(whole))) kept.set(place, hits.scores[place]!)
    }
    if (kept.size === 0) return undefined
    hits.scores.fill(0)
    for (const [place, score] of kept) hits.scores[place] = score
    hits.places = [...kept.keys()]
    return Uint8Array.from(hits.scores, score => Number(score > 0))
  }

  #byWords(hits: WordHits, limit: number): Candidate[] {
    const { places: all, scores, exact } = hits
    const named = all.filter(place => exact.has(place))
    const places = limitPartsPerSection([...new Set([...named, ...all])], this.#firstParts, limit)
    const explained = this.#words.explain(hits, places)
    const ranks = new Map(all.map((place, rank) => [place, rank]))
    return places.map(place => {
      const terms = explained.get(place)!
      return {
        ...this.section(place)!,
        score: scores[place]!,
        source: 'words',
        ...exactOf(hits, place),
        terms: unique(terms.map(({ term }) => term)),
        words: { score: scores[place]!, rank: ranks.get(place)!, terms: terms.filter(({ score }) => score > 0) },
      }
    })
  }

  #byWordsAndEmbeddings(
    hits: WordHits,
    vector: Float32Array,
    tokens: Float32Array | undefined,
    limit: number,
    allowed: Uint8Array | undefined,
    weights: typeof LATE_WEIGHTS,
  ): Candidate[] {
    const cosines = scoreCodes(vector, this.#codes!)
    const allowedCosines = allowed ? cosines.map((cosine, section) => (allowed[section] ? cosine : -2)) : cosines
    const byEmbedding = topK(allowedCosines, OVERFETCH * limit, -1.5)
    const embeddingRanks = new Map(byEmbedding.map((place, rank) => [place, rank]))
    const wordRanks = new Map(hits.places.map((place, rank) => [place, rank]))
    const found = [...new Set([...hits.places, ...byEmbedding])]
    const late = tokens && this.#tokenCodes && lateInteraction(tokens, this.#tokenCodes, found)
    const lateOf = new Map(late && found.map((place, i) => [place, late[i]!]))
    const fused = late
      ? fuseLateInteraction(hits.scores, cosines, late, found, hits.unit, weights)
      : fuseWordsAndEmbeddings(hits.scores, cosines, found, hits.unit)
    const named = hits.places.filter(place => hits.exact.has(place))
    const places = limitPartsPerSection([...new Set([...named, ...fused.keys()])], this.#firstParts, limit)
    const explained = this.#words.explain(hits, places)
    return places.map(place => {
      const terms = explained.get(place)!
      const embeddingRank = embeddingRanks.get(place)
      const wordRank = wordRanks.get(place)
      return {
        ...this.section(place)!,
        score: fused.get(place)!,
        source: wordRank === undefined ? 'semantic' : embeddingRank === undefined ? 'words' : 'both',
        ...exactOf(hits, place),
        terms: unique(terms.map(({ term }) => term)),
        ...(wordRank === undefined
          ? {}
          : { words: { score: hits.scores[place]!, rank: wordRank, terms: terms.filter(({ score }) => score > 0) } }),
        semantic: {
          cosine: cosines[place]!,
          ...(embeddingRank === undefined ? {} : { rank: embeddingRank }),
          ...(late ? { lateInteraction: lateOf.get(place)! } : {}),
        },
      }
    })
  }
}

function exactOf({ exact }: WordHits, place: number): Pick<Candidate, 'exact'> {
  const match = exact.get(place)
  return match ? { exact: match } : {}
}

function unique(terms: string[]): string[] {
  return [...new Set(terms)]
}

/** A word that the index has only in other spellings. */
function isMisspelt({ matches }: QueryWord): boolean {
  return matches.every(({ match }) => match === 'spelling')
}

/** Misspelt words of a query, and how the best section spells them. @param texts of that section */
function corrections(
  { queryWords }: WordHits,
  matched: readonly MatchedTerm[],
  texts: readonly string[],
): Map<string, string> {
  const words = texts.flatMap(wordsOf)
  return new Map(
    queryWords.filter(isMisspelt).map(({ word, matches }) => {
      const term =
        matched.find(of => of.word === word && of.match === 'spelling')?.term ??
        matches.toSorted((a, b) => b.weight - a.weight)[0]!.text
      const spelt = words.find(written => termsOf(written)[0] === term && !/s$/i.test(written.slice(term.length)))
      // At the beginning of a sentence a word is written as the query would not have it.
      const isCapitalized = spelt !== undefined && /^\p{Lu}[^\p{Lu}]*$/u.test(spelt) && word === word.toLowerCase()
      return [word, isCapitalized ? spelt.toLowerCase() : (spelt ?? term)]
    }),
  )
}

/** Filters that keep sections without a value, too. */
function withoutValue(context: Record<string, string[]>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(context).map(([name, values]) => [name, [...values, '']]))
}
