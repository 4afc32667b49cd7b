import { RerankError } from '../../src/api/errors.js'
import { describeValue } from '../../src/util/describeValue.js'

/** The letters of a language: whole scripts, and of scripts that many languages share, its own alphabet. */
interface Letters {
  scripts?: readonly string[]
  /** In lower case. */
  alphabet?: string
}

const LATIN = 'abcdefghijklmnopqrstuvwxyz'
const RUSSIAN = 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'
// Letters, then vowel signs and the like.
const ARABIC = 'ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْٰـ'
const latin = (others = ''): Letters => ({ alphabet: LATIN + others })
const whole = (...scripts: string[]): Letters => ({ scripts })

/** By the language's code (ISO 639-1). */
const LANGUAGES: Readonly<Record<string, Letters>> = {
  ar: { alphabet: ARABIC },
  bg: { alphabet: 'абвгдежзийклмнопрстуфхцчшщъьюя' },
  bn: whole('Bengali'),
  ca: latin('àçèéíïòóúü·'),
  cs: latin('áčďéěíňóřšťúůýž'),
  da: latin('æøåé'),
  de: latin('äöüß'),
  el: whole('Greek'),
  en: latin(),
  es: latin('áéíñóúü'),
  et: latin('äõöüšž'),
  fa: { alphabet: `${ARABIC}پچژکگی` },
  fi: latin('äåöšž'),
  fr: latin('àâæçéèêëîïôœùûüÿ'),
  gu: whole('Gujarati'),
  he: whole('Hebrew'),
  hi: whole('Devanagari'),
  hr: latin('čćđšž'),
  hu: latin('áéíóöőúüű'),
  id: latin(),
  it: latin('àéèìíîòóùú'),
  ja: whole('Han', 'Hiragana', 'Katakana'),
  ka: whole('Georgian'),
  kn: whole('Kannada'),
  ko: whole('Hangul'),
  lt: latin('ąčęėįšųūž'),
  lv: latin('āčēģīķļņšūž'),
  ml: whole('Malayalam'),
  mr: whole('Devanagari'),
  ms: latin(),
  nb: latin('æøåéòô'),
  ne: whole('Devanagari'),
  nl: latin('áéëïíóöúü'),
  pa: whole('Gurmukhi'),
  pl: latin('ąćęłńóśźż'),
  pt: latin('áâãàçéêíóôõúü'),
  ro: latin('ăâîșşțţ'),
  ru: { alphabet: RUSSIAN },
  sk: latin('áäčďéíĺľňóôŕšťúýž'),
  sl: latin('čšž'),
  sv: latin('åäöé'),
  sw: latin(),
  ta: whole('Tamil'),
  te: whole('Telugu'),
  th: whole('Thai'),
  tr: latin('çğıöşüâîû'),
  uk: { alphabet: 'абвгґдеєжзиіїйклмнопрстуфхцчшщьюя' },
  ur: { alphabet: `${ARABIC}ٹپچڈڑژکگںھہۂۃیےۓ` },
  vi: latin('àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ'),
  zh: whole('Han'),
}

/** Codes of all languages that `--languages` takes. */
export const LANGUAGE_CODES = Object.keys(LANGUAGES)

/** How texts of some languages are spelled. */
export interface Spelling {
  /** Whether a text of these languages may contain the piece: each of its letters is one of theirs. */
  allows(piece: string): boolean
  /** Whether the piece has letters, and all are of scripts that are kept as a whole. */
  isWhole(piece: string): boolean
}

/** @throws RerankError bad-option for an unknown code */
export function spellingOf(languages: readonly string[]): Spelling {
  const scripts = new Set<string>()
  const letters = new Set<string>()
  for (const language of languages) {
    const own = Object.hasOwn(LANGUAGES, language) ? LANGUAGES[language] : undefined
    if (!own) {
      const message = `The letters of the language ${describeValue(language)} are not known`
      throw new RerankError('bad-option', message, { remedy: `Known are ${LANGUAGE_CODES.join(', ')}.` })
    }
    for (const script of own.scripts ?? []) scripts.add(script)
    for (const letter of own.alphabet ?? '') letters.add(letter)
  }
  const inScripts =
    scripts.size > 0 ? new RegExp(`^[${[...scripts].map(s => `\\p{scx=${s}}`).join('')}]$`, 'u') : /^\b$/
  const isOfScript = (letter: string) => inScripts.test(letter)
  return {
    allows: piece => lettersOf(piece).every(letter => letters.has(letter) || isOfScript(letter)),
    isWhole: piece => {
      const own = lettersOf(piece)
      return own.length > 0 && own.every(isOfScript)
    },
  }
}

/** Letters and marks, in lower case; `İ` then has a dot of its own. Letters of no script, such as `º`, are symbols. */
function lettersOf(piece: string): string[] {
  return (
    piece
      .toLowerCase()
      .replaceAll('\u0307', '')
      .match(/(?!\p{scx=Common})[\p{L}\p{M}]/gu) ?? []
  )
}
