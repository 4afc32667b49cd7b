/** Ignored beside other words. The index keeps them, so that a query of stop words alone finds something. */
const stopWords = new Set(
  `a about am an and any are as at be been but by can could did do does for from get had has have how i if in into is it its just let
  like may me might my need of on or our please shall should so some than that the their them then there these they this those to too
  us use want was way we were what when where which while who whom why will with would you your`.split(/\s+/),
)

/** Words that tell little in a question, but more than stop words. */
const weakWords = new Set(
  'able also back keep make makes off one only other out over put same thing things up very'.split(' '),
)

export function isStopWord(word: string): boolean {
  return stopWords.has(word.toLowerCase())
}

/** In Japanese, pairs of hiragana are mostly endings and particles. Other scripts carry the topic. */
const HIRAGANA_PAIR = /^[\u3041-\u3096]{2}$/

export function isWeakWord(word: string): boolean {
  return weakWords.has(word.toLowerCase()) || HIRAGANA_PAIR.test(word)
}
