import { editDistance } from './spelling.js'
import { isStopWord } from './stopWords.js'
import { termsOf, wordsOf } from './terms.js'
import type { WordSearch } from './wordSearch.js'

/** More typos than a search tolerates, so that there is something to suggest. */
const MAX_EDITS = 3
const MAX_SUGGESTIONS = 3

/**
 * Similar queries that would find something ("did you mean"). The nearest terms replace words that the index lacks; a
 * word without a near term is left out.
 */
export function suggest(text: string, words: WordSearch): string[] {
  const asked = wordsOf(text)
  const contentWords = asked.filter(word => !isStopWord(word))
  const choices = (contentWords.length > 0 ? contentWords : asked).map(word => {
    const term = termsOf(word)[0]!
    return words.find(term) >= 0 ? [word] : nearest(term, words)
  })
  const suggestions: string[] = []
  for (let i = 0; i < MAX_SUGGESTIONS; i++) {
    const query = choices.flatMap(of => of[Math.min(i, of.length - 1)] ?? []).join(' ')
    if (query !== '' && !suggestions.includes(query)) suggestions.push(query)
  }
  return suggestions.filter(query => query !== text.trim())
}

function nearest(term: string, words: WordSearch): string[] {
  const most = Math.min(MAX_EDITS, Math.floor(term.length / 2))
  const near = words.spelling.within(term, Math.min(most, 2)).map(({ term: place }) => place)
  // Else the longest prefix that the index knows.
  for (let length = term.length - 1; length >= Math.max(3, term.length / 2); length--) {
    const prefix = term.slice(0, length)
    const completed = [words.find(prefix), ...words.completions(prefix, MAX_SUGGESTIONS)].filter(place => place >= 0)
    if (completed.length === 0 && near.length === 0) continue
    return rankedBy([...new Set([...near, ...completed])], term, words)
  }
  return rankedBy(
    words.spelling.within(term, most).map(({ term: place }) => place),
    term,
    words,
  )
}

function rankedBy(places: number[], term: string, words: WordSearch): string[] {
  return places
    .map(place => ({
      text: words.term(place),
      edits: editDistance(term, words.term(place), MAX_EDITS),
      frequency: words.frequency(place),
    }))
    .sort((a, b) => a.edits - b.edits || b.frequency - a.frequency)
    .slice(0, MAX_SUGGESTIONS)
    .map(({ text }) => text)
}
