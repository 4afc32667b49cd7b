import { editDistance } from './spelling.js'
import { isStopWord } from './stopWords.js'
import type { TermDictionary } from './termDictionary.js'
import { termsOf, wordsOf } from './terms.js'

/** More typos than a search tolerates, so that there is something to suggest. */
const MAX_EDITS = 3
const MAX_SUGGESTIONS = 3

/**
 * Similar queries that would find something ("did you mean"). The nearest terms replace words that the index lacks; a
 * word without a near term is left out.
 */
export function suggest(text: string, dictionary: TermDictionary): string[] {
  const asked = wordsOf(text)
  const contentWords = asked.filter(word => !isStopWord(word))
  const choices = (contentWords.length > 0 ? contentWords : asked).map(word => {
    const term = termsOf(word)[0]!
    return dictionary.find(term) >= 0 ? [word] : nearest(term, dictionary)
  })
  const suggestions: string[] = []
  for (let i = 0; i < MAX_SUGGESTIONS; i++) {
    const query = choices.flatMap(of => of[Math.min(i, of.length - 1)] ?? []).join(' ')
    if (query !== '' && !suggestions.includes(query)) suggestions.push(query)
  }
  return suggestions.filter(query => query !== text.trim())
}

function nearest(term: string, dictionary: TermDictionary): string[] {
  const most = Math.min(MAX_EDITS, Math.floor(term.length / 2))
  const within = (edits: number) => dictionary.spelling.within(term, edits).map(({ term: place }) => place)
  const near = within(Math.min(most, 2))
  // Else the longest prefix that the index knows.
  for (let length = term.length - 1; length >= Math.max(3, term.length / 2); length--) {
    const prefix = term.slice(0, length)
    const completed = [...dictionary.findAll([prefix]), ...dictionary.completions(prefix, MAX_SUGGESTIONS)]
    if (completed.length === 0 && near.length === 0) continue
    return rankedBy([...new Set([...near, ...completed])], term, dictionary)
  }
  return rankedBy(within(most), term, dictionary)
}

function rankedBy(places: number[], term: string, dictionary: TermDictionary): string[] {
  return places
    .map(place => ({
      text: dictionary.terms[place]!,
      edits: editDistance(term, dictionary.terms[place]!, MAX_EDITS),
      frequency: dictionary.frequency(place),
    }))
    .sort((a, b) => a.edits - b.edits || b.frequency - a.frequency)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ text }) => text)
}
