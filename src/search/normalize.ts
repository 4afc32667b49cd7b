/** Invisible characters: soft hyphens, joiners, marks of direction; and the Arabic stretch. */
const INVISIBLE = /[\u00AD\u061C\u0640\u200B-\u200F\u2060\uFEFF]|\uFE0E|\uFE0F/g
/** Optional points and vowel signs of Arabic and Hebrew. */
const POINTS = /[\u064B-\u065F\u0670\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7]/g
/** Stress marks in Russian. The marks of й and ё are others. */
const STRESS = /(?<=[\u0400-\u04FF])[\u0300\u0301]/g
/** Variants of one letter: final sigma, dotless i, dotted i in lower case, forms of alef. */
const SAME: Record<string, string> = {
  ς: 'σ',
  ı: 'i',
  'i\u0307': 'i',
  أ: 'ا',
  إ: 'ا',
  آ: 'ا',
  ى: 'ي',
  ة: 'ه',
}
const SAME_LETTERS = /i\u0307|[ςıأإآىة]/g

const OTHER_THAN_ASCII = /[^\0-\x7F]/

/** The form in which words are compared, without case, compatibility variants and invisible characters. */
export function normalizeWord(word: string): string {
  if (!OTHER_THAN_ASCII.test(word)) return word.toLowerCase()
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replace(INVISIBLE, '')
    .replace(POINTS, '')
    .replace(STRESS, '')
    .replace(SAME_LETTERS, letter => SAME[letter]!)
    .normalize('NFC')
}

/** All characters but the Latin letters and typographic signs that `normalizeWord` only turns to lower case. */
const TO_NORMALIZE =
  /[^\0-\u009F\u00A1-\u00A7\u00A9\u00AB-\u00AE\u00B0\u00B1\u00B6\u00B7\u00BB\u00BF-\u012F\u0134-\u013E\u0141-\u0148\u014A-\u017E\u0180-\u01C3\u01CD-\u01F0\u01F4-\u024F\u2010\u2012-\u2016\u2018-\u2023\u2027]/

/** `normalizeWord` for a whole text, fast for the many texts of Latin letters and typographic signs. */
export function normalizeText(text: string): string {
  return TO_NORMALIZE.test(text) ? normalizeWord(text) : text.toLowerCase().replaceAll('\u00AD', '')
}

/** Letters with a stroke and ligatures, which no removal of accents makes plain. */
const PLAIN: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ħ: 'h', ß: 'ss' }
const SPELT_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }

/** Removes the accents of a normalized word: `café` → `cafe`. й stays, since it is another letter than и. */
function withoutAccents(word: string): string {
  return word
    .normalize('NFD')
    .replace(/(?<!и)[\u0300-\u036F]/g, '')
    .normalize('NFC')
    .replace(/[øłđðþæœħß]/g, letter => PLAIN[letter]!)
}

/** Other, weaker forms of a normalized word: without accents, or with umlauts spelt out (`gerät` → `geraet`). */
export function weakForms(word: string): string[] {
  if (!OTHER_THAN_ASCII.test(word)) return []
  const spelt = withoutAccents(word.replace(/[äöüåø]/g, letter => SPELT_OUT[letter]!))
  return [...new Set([withoutAccents(word), spelt, word.replaceAll('ß', 'ss')])].filter(form => form !== word)
}
