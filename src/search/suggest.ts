import { distance } from './spelling.js'
import { isStopWord, termsOf, wordsOf } from './terms.js'
import type { Words } from './words.js'

/** Beyond what a search forgives, so that something is offered. */
const MOST_SLIPS = 3
const MOST_SUGGESTIONS = 3

/** Queries like this one that would find something: words that the index does not have give way to the terms nearest to them, or are left out. */
export function suggest(text: string, words: Words): string[] {
  const asked = wordsOf(text)
  const telling = asked.filter(word => !isStopWord(word))
  const choices = (telling.length > 0 ? telling : asked).map(word => {
    const term = termsOf(word)[0]!
    return words.find(term) >= 0 ? [word] : nearest(term, words)
  })
  const suggestions: string[] = []
  for (let i = 0; i < MOST_SUGGESTIONS; i++) {
    const query = choices.flatMap(of => of[Math.min(i, of.length - 1)] ?? []).join(' ')
    if (query !== '' && !suggestions.includes(query)) suggestions.push(query)
  }
  return suggestions.filter(query => query !== text.trim())
}

function nearest(term: string, words: Words): string[] {
  const most = Math.min(MOST_SLIPS, Math.floor(term.length / 2))
  const near = words.spelling.near(term, Math.min(most, 2)).map(({ term: place }) => place)
  // A word that was typed on too far: its longest beginning that the index knows.
  for (let length = term.length - 1; length >= Math.max(3, term.length / 2); length--) {
    const start = term.slice(0, length)
    const begun = [words.find(start), ...words.completions(start, MOST_SUGGESTIONS)].filter(place => place >= 0)
    if (begun.length === 0 && near.length === 0) continue
    return rankedBy([...new Set([...near, ...begun])], term, words)
  }
  return rankedBy(
    words.spelling.near(term, most).map(({ term: place }) => place),
    term,
    words,
  )
}

function rankedBy(places: number[], term: string, words: Words): string[] {
  return places
    .map(place => ({
      text: words.term(place),
      slips: distance(term, words.term(place), MOST_SLIPS),
      frequency: words.frequency(place),
    }))
    .sort((a, b) => a.slips - b.slips || b.frequency - a.frequency)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ text }) => text)
}
