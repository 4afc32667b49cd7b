/** Characters that show nothing: soft hyphens, joiners, marks of direction, the Arabic stretch. */
const INVISIBLE = /[\u00AD\u061C\u0640\u200B-\u200F\u2060\uFEFF]|\uFE0E|\uFE0F/g
/** Points and vowel signs that Arabic and Hebrew are written with or without. */
const POINTS = /[\u064B-\u065F\u0670\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7]/g
/** A stress mark in Russian; й and ё are letters with marks of their own. */
const STRESS = /(?<=[\u0400-\u04FF])[\u0300\u0301]/g
/** Letters that are written in two ways: final sigma, dotless i, dotted i in lower case, forms of alef. */
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

/** A word in the form by which it is compared: compatibility characters, case and invisible characters make no difference. */
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

/** All but Latin letters and typographic signs that `normalizeWord` leaves as they are in lower case. */
const TO_NORMALIZE =
  /[^\0-\u009F\u00A1-\u00A7\u00A9\u00AB-\u00AE\u00B0\u00B1\u00B6\u00B7\u00BB\u00BF-\u012F\u0134-\u013E\u0141-\u0148\u014A-\u017E\u0180-\u01C3\u01CD-\u01F0\u01F4-\u024F\u2010\u2012-\u2016\u2018-\u2023\u2027]/

/** As `normalizeWord`, for a whole text, which seldom has more than typographic signs beside ASCII. */
export function normalizeText(text: string): string {
  return TO_NORMALIZE.test(text) ? normalizeWord(text) : text.toLowerCase().replaceAll('\u00AD', '')
}

/** Letters with a stroke or of two letters, which have no accent that could be taken off. */
const PLAIN: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ħ: 'h', ß: 'ss' }
const SPELT_OUT: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }

/** A normalized word without accents: `cafe` for `café`. й keeps its mark, which makes it another letter than и. */
function withoutAccents(word: string): string {
  return word
    .normalize('NFD')
    .replace(/(?<!и)[\u0300-\u036F]/g, '')
    .normalize('NFC')
    .replace(/[øłđðþæœħß]/g, letter => PLAIN[letter]!)
}

/** The weaker forms of a normalized word that differ from it: without accents, and with umlauts spelt out (`geraet` for `gerät`). */
export function weakForms(word: string): string[] {
  if (!OTHER_THAN_ASCII.test(word)) return []
  const spelt = withoutAccents(word.replace(/[äöüåø]/g, letter => SPELT_OUT[letter]!))
  return [...new Set([withoutAccents(word), spelt, word.replaceAll('ß', 'ss')])].filter(form => form !== word)
}
