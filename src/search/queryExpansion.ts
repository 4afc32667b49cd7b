import type { MatchedTerm } from '../api/search.js'
import { normalizeWord } from './normalize.js'
import type { ParsedQuery } from './parsedQuery.js'
import { typosAllowed } from './spelling.js'
import { isStopWord, isWeakWord } from './stopWords.js'
import type { TermDictionary } from './termDictionary.js'
import { isFlag, isUnspaced, termsOf, wordsOf } from './terms.js'
import { inflections } from './wordForms.js'

/** A term of the index that a word of the query stands for. */
interface TermMatch {
  term: number
  text: string
  match: MatchedTerm['match']
  weight: number
}

/** A word of the query with all that it may stand for; of the matches that a section has, the best counts. */
export interface QueryWord {
  word: string
  matches: TermMatch[]
  /**
   * How much the word tells: the inverse document frequency of what it stands for. All matches share it, so that none
   * outranks the word by being rarer.
   */
  idf: number
}

/** A query as the terms of an index. */
export interface ExpandedQuery {
  queryWords: QueryWord[]
  /** The idf of the words that the index lacks. */
  unknown: number
}

/** What another form of a word with the same stem counts for. */
const STEM_WEIGHT = 0.7
/** A word may stand for a compound around it: least letters that the compound adds, and least letters of the word. */
const [LEAST_REST, LEAST_PART] = [3, 5]

/**
 * Finds the terms that the words of a query stand for: exact, by beginning (the word being typed), other forms, and
 * near spelling (words that are not in the index).
 * @param correct whether a word that the index lacks stands for those near to it
 */
export function expandQuery(
  { text, typing }: ParsedQuery,
  correct: boolean,
  dictionary: TermDictionary,
): ExpandedQuery {
  const all = wordsOf(text)
  const telling = all.filter(word => !isStopWord(word))
  const words = telling.length > 0 ? telling : all
  const last = typing ? all.at(-1) : undefined
  const seen = new Set<string>()
  const wholes = new Set(words.map(word => termsOf(word)[0]))
  let unknown = 0
  const queryWords = words.flatMap((word, i) => {
    const [whole, ...parts] = termsOf(word)
    if (!whole || seen.has(whole)) return []
    seen.add(whole)
    const matches = matchesOf(word, whole, i === words.length - 1 && word === last, correct, dictionary)
    const pairs = [words[i - 1] && words[i - 1] + word, words[i + 1] && word + words[i + 1]].flatMap(of => of ?? [])
    add(matches, dictionary.findAll(pairs.map(normalizeWord)), 'form', 0.9, dictionary)
    const joined = parts.length > 1 ? [parts.join('_'), parts.join('')] : []
    add(matches, dictionary.findAll(joined), 'exact', 1, dictionary)
    const known = matches.some(isExact)
    // `bodyLimit` asks for body and limit as well, if less where the whole is known.
    const inside = parts.flatMap(part => {
      if (wholes.has(part) || seen.has(part)) return []
      seen.add(part)
      const matches = add([], dictionary.findAll([part]), 'exact', 1, dictionary)
      return matches.length > 0 ? [{ word, matches, idf: (known ? 0.5 : 1) * idfOf(matches, dictionary) }] : []
    })
    const weak = isWeakWord(word) ? 0.3 : 1
    if (matches.length === 0 && inside.length === 0) unknown += weak * dictionary.idf([])
    return [...(matches.length > 0 ? [{ word, matches, idf: weak * idfOf(matches, dictionary) }] : []), ...inside]
  })
  return { queryWords, unknown }
}

function matchesOf(
  word: string,
  term: string,
  isLast: boolean,
  correct: boolean,
  dictionary: TermDictionary,
): TermMatch[] {
  const typed = normalizeWord(word)
  const matches = add([], dictionary.findAll([term]), 'exact', 1, dictionary)
  add(matches, dictionary.weakForms(term), 'form', 0.9, dictionary)
  add(matches, dictionary.findAll(inflections(typed)), 'form', 0.5, dictionary)
  add(matches, dictionary.stemForms(word), 'form', STEM_WEIGHT, dictionary)
  // The word being typed is likely unfinished; the words before it are not.
  if (isLast && (typed.length > 2 || isUnspaced(typed))) addCompletions(matches, typed, dictionary)
  const known = matches.length > 0
  const mayBePart = typed.length >= LEAST_PART && !isFlag(word) && !isUnspaced(typed)
  if (mayBePart && (!known || dictionary.hasCompounds)) {
    const compounds = dictionary.compounds(term, !known, term.length + LEAST_REST)
    add(matches, compounds, 'form', known ? 0.3 : 0.5, dictionary)
  }
  if (matches.length === 0 && correct) {
    for (const near of dictionary.spelling.within(term, typosAllowed(term.length))) {
      add(matches, [near.term], 'spelling', near.edits === 1 ? 0.6 : 0.35, dictionary)
    }
  }
  return matches
}

function addCompletions(matches: TermMatch[], typed: string, dictionary: TermDictionary): void {
  const most = matches.length > 0 ? 0.4 : 0.8
  for (const completion of dictionary.completions(typed)) {
    const missing = Math.max(0, dictionary.terms[completion]!.length - typed.length)
    const weight = most * (typed.length / (typed.length + 0.3 * missing))
    add(matches, [completion], 'prefix', weight, dictionary)
  }
}

/** Adds terms to the matches of a word. Of two matches with one term the better counts. */
function add(
  matches: TermMatch[],
  terms: readonly number[],
  match: TermMatch['match'],
  weight: number,
  dictionary: TermDictionary,
): TermMatch[] {
  for (const term of terms) {
    const other = matches.find(of => of.term === term)
    if (!other) matches.push({ term, text: dictionary.terms[term]!, match, weight })
    else if (other.weight < weight) Object.assign(other, { match, weight })
  }
  return matches
}

/** That of the word itself where it is known, else that of all that it may stand for together. */
function idfOf(matches: readonly TermMatch[], dictionary: TermDictionary): number {
  const exact = matches.filter(isExact)
  return dictionary.idf((exact.length > 0 ? exact : matches).map(({ term }) => term))
}

function isExact({ match }: TermMatch): boolean {
  return match === 'exact'
}
