import { RerankError } from '../api/errors.js'
import { indexError } from '../api/indexErrors.js'
import type { QueryOptions, QueryResult, Section } from '../api/search.js'
import { candidatesOf } from './candidates.js'
import { LOOKED_AT, lookCloser } from './closeness.js'
import { contextFilters, contextOf } from './context.js'
import { correctedQuery, corrections, isMisspelt } from './corrections.js'
import { type ScannedEmbeddings, scannedEmbeddings } from './embeddingScan.js'
import { explainHits } from './explainHits.js'
import { SectionFilters } from './filters.js'
import type { LateWeights } from './fuseWordsAndEmbeddings.js'
import { Headings } from './headings.js'
import { type HybridHits, searchHybrid } from './hybridSearch.js'
import type { IndexManifest } from './indexManifest.js'
import { type ScannedCodes, scannedCodes } from './lateInteraction.js'
import { type UnpackedIndex, unpackIndex } from './packedIndex.js'
import { type ParsedQuery, parseQuery } from './parsedQuery.js'
import { queryCoverage } from './queryCoverage.js'
import { countSections } from './sectionParts.js'
import { SectionReader } from './sectionReader.js'
import { stemmedLanguage } from './stemmedLanguages.js'
import type { Stem } from './stems.js'
import { suggest } from './suggest.js'
import { keepPhrases, scanForSigns } from './textScan.js'
import { unpackTokenCodes } from './tokenCodes.js'
import { type WordHits, WordSearch } from './wordSearch.js'

/**
 * Each list brings this multiple of the wanted candidates: a candidate low in one list may be high in the other, and
 * not all parts of a section are taken.
 */
const OVERFETCH = 2

/** Of the best sections, those that may cover the query. */
const COVERING = 10

/** An index in memory, searched by the worker or in Node. */
export class SearchIndex {
  readonly #unpacked: UnpackedIndex
  readonly #words: WordSearch
  readonly #reader: SectionReader
  readonly #filters: SectionFilters
  readonly #headings: Headings
  #embeddings: ScannedEmbeddings | undefined
  #tokenCodes: ScannedCodes | undefined

  /** @param packed the words' file, decompressed. @throws RerankError `bad-index` */
  constructor(
    readonly manifest: IndexManifest,
    packed: Uint8Array,
  ) {
    this.#unpacked = unpackIndex(packed)
    const { pages, sections, words } = this.#unpacked
    if (sections.length !== manifest.sections) {
      throw indexError('bad-index', 'The index and its index.json differ in their sections.')
    }
    this.#words = new WordSearch(words)
    this.#reader = new SectionReader(this.#unpacked)
    const { firstParts } = this.#reader
    this.#filters = new SectionFilters(pages, sections, firstParts)
    this.#headings = new Headings(
      sections,
      pages.map(({ title }) => title),
      firstParts,
    )
  }

  /**
   * Finds the words of a language in all of their forms.
   * @param language a tag, as `manifest.languages` has it
   */
  addStemmer(language: string, stem: Stem): void {
    const { pages, sections } = this.#unpacked
    const ofPages = pages.map(page => page.language !== undefined && stemmedLanguage(page.language) === language)
    this.#words.dictionary.addStemmer(stem, section => ofPages[sections[section]!.page]!)
  }

  /** @param codes the embeddings' file. @throws RerankError `bad-index` */
  addEmbeddings(codes: Uint8Array): void {
    const { sections, embeddings } = this.manifest
    const width = embeddings?.width ?? 0
    if (codes.length !== (sections * width) / 8) {
      throw indexError('bad-index', 'The embeddings of the index do not fit its sections.')
    }
    this.#embeddings = scannedEmbeddings(codes, width)
  }

  /** @param packed the token codes' file. @throws RerankError `bad-index` */
  addTokenCodes(packed: Uint8Array): void {
    const { sections, embeddings } = this.manifest
    this.#tokenCodes = scannedCodes(unpackTokenCodes(packed, sections, embeddings?.width ?? 0))
  }

  /**
   * Without a vector, or before `addEmbeddings`, by words alone; without tokens in it, or before `addTokenCodes`,
   * without late interaction.
   * @param weights of embeddings and late interaction beside words
   * @throws RerankError `bad-option` for a vector of another width
   */
  query(text: string, options: Omit<QueryOptions, 'signal'> = {}, weights?: LateWeights): QueryResult {
    const { limit = 50, filters: chosen = {}, vector, correct = true } = options
    const { embeddings } = this.manifest
    if (vector && embeddings && (vector.length === 0 || vector.length % embeddings.width > 0)) {
      throw new RerankError(
        'bad-option',
        `The vector has ${vector.length} numbers, those of ${embeddings.model} have ${embeddings.width}.`,
      )
    }
    const names = Object.keys(this.manifest.filters)
    const context = contextOf(options.context ?? {}, chosen, this.manifest.filters)
    const filters = { ...chosen, ...contextFilters(context) }
    if (text.trim() === '') {
      const facets = this.#filters.count(names, filters, () => true)
      return { candidates: [], total: 0, facets, suggestions: [], context, covered: 0 }
    }
    const allowed = this.#filters.allowed(filters)
    const parsed = this.#parse(text)
    const hits = this.#words.search(parsed, Math.max(OVERFETCH * limit, LOOKED_AT), { allowed, correct })
    if (hits.queryWords.length === 0) scanForSigns(text.trim(), hits, this.#reader, allowed)
    if (parsed.phrases.length > 0) keepPhrases(parsed.phrases, hits, this.#reader)
    const corrected = this.#lookCloser(text, parsed, hits, OVERFETCH * limit)
    const { words } = this.#unpacked
    const hybrid = vector && this.#searchHybrid(hits, vector, OVERFETCH * limit, weights)
    const candidates = candidatesOf(hits, hybrid, limit, this.#reader, words)
    // Facets count what other choices of a filter would bring, so this search ignores the filters.
    const unfiltered = allowed ? this.#words.search(parsed, 0, { correct }).scores : hits.scores
    return {
      candidates,
      total: countSections(hits.scores, this.#reader.firstParts),
      facets: this.#filters.count(names, filters, section => unfiltered[section]! > 0),
      // If only a filter excludes the results, other words would not help.
      suggestions: unfiltered.some(score => score > 0) ? [] : suggest(text, this.#words.dictionary),
      context,
      covered: queryCoverage(hits, words, [
        ...hits.places.slice(0, COVERING),
        ...candidates.slice(0, COVERING).map(({ id }) => id),
      ]),
      ...(corrected === undefined ? {} : { corrected }),
    }
  }

  section(id: number): Section | undefined {
    return this.#reader.section(id)
  }

  #searchHybrid(hits: WordHits, vector: Float32Array, limit: number, weights?: LateWeights): HybridHits | undefined {
    if (!this.#embeddings) return undefined
    const { width } = this.manifest.embeddings!
    const codes = { embeddings: this.#embeddings, tokens: this.#tokenCodes }
    return searchHybrid(hits, vector.subarray(0, width), vector.subarray(width), codes, limit, weights)
  }

  /** @returns the query as it was corrected: so it is compared with headings and texts */
  #lookCloser(text: string, parsed: ParsedQuery, hits: WordHits, limit: number): string | undefined {
    const look = (query: ParsedQuery, spelt?: readonly string[]) => {
      hits.places = lookCloser(query, hits, this.#headings, this.#reader, limit, spelt)
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
    const matched = explainHits(hits, this.#unpacked.words, [best]).get(best)!
    const spelt = corrections(hits.queryWords, matched, [...path, read])
    const corrected = correctedQuery(text, spelt)
    hits.places = before.places
    hits.scores.set(before.scores)
    hits.exact.clear()
    look(this.#parse(corrected), [...spelt.values()])
    return corrected
  }

  #parse(text: string): ParsedQuery {
    return parseQuery(text, term => this.#words.dictionary.find(term) >= 0)
  }
}
