import type { MatchedTerm } from '../api/search.js'
import type { QueryWord } from './queryExpansion.js'
import { termsOf, tokensOf, wordsOf } from './terms.js'

/** A word that the index has only in other spellings. */
export function isMisspelt({ matches }: QueryWord): boolean {
  return matches.every(({ match }) => match === 'spelling')
}

/** Misspelt words of a query, and how the best section spells them. @param texts of that section */
export function corrections(
  queryWords: readonly QueryWord[],
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

/** A query with its misspelt words corrected. Whole words alone are replaced. */
export function correctedQuery(text: string, spelt: ReadonlyMap<string, string>): string {
  return tokensOf(text).reduceRight((query, { word, index, length }) => {
    const right = spelt.get(word)
    return right === undefined ? query : query.slice(0, index) + right + query.slice(index + length)
  }, text)
}
