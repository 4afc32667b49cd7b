/** Ignored in queries that have other words, but kept in the index: a query of stop words alone finds something. */
const stopWords = new Set(
  `a about am an and any are as at be been but by can could did do does for from get had has have how i if in into is it its just let
  like may me might my need of on or our please shall should so some than that the their them then there these they this those to too
  us use want was way we were what when where which while who whom why will with would you your`.split(/\s+/),
)

/** Word characters as the index sees them; `_` and `$` belong to identifiers. */
export const wordPattern = /[\p{L}\p{N}_$]+/gu

/** The only stemming: plural to singular. */
function singular(word: string): string {
  if (word.length < 4 || !word.endsWith('s') || /(ss|us|is)$/.test(word)) return word
  return word.endsWith('ies') && word.length > 4 ? `${word.slice(0, -3)}y` : word.slice(0, -1)
}

/** The index terms of one word of text: the word itself and, of an identifier like `bodyLimit`, its parts. */
export function termsOf(word: string): string[] {
  const whole = singular(word.toLowerCase())
  const parts = word.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|_/u)
  if (parts.length === 1) return [whole]
  return [...new Set([whole, ...parts.filter(part => part.length > 1).map(part => singular(part.toLowerCase()))])]
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word.toLowerCase())
}

export function wordsOf(text: string): string[] {
  return text.match(wordPattern) ?? []
}

/** Splits a text into pieces, for highlighting the terms. Joined, they are the text. */
export function markTerms(text: string, terms: ReadonlySet<string>): { text: string; marked: boolean }[] {
  const pieces: { text: string; marked: boolean }[] = []
  let end = 0
  for (const { 0: word, index } of text.matchAll(wordPattern)) {
    if (!termsOf(word).some(term => terms.has(term))) continue
    if (index > end) pieces.push({ text: text.slice(end, index), marked: false })
    end = index + word.length
    pieces.push({ text: word, marked: true })
  }
  if (end < text.length) pieces.push({ text: text.slice(end), marked: false })
  return pieces
}
