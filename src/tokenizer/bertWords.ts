import { DECOMPOSING, IDEOGRAPHS, MARKS, PUNCTUATION, REMOVED, WHITE } from './bertCharacterClasses.js'

export interface BertNormalization {
  lowercase: boolean
  stripAccents: boolean
}

// A lone surrogate has no UTF-8 and so no counterpart in Python. It counts as U+FFFD, which is dropped.
const removed = new RegExp(`[${REMOVED}\\ud800-\\udfff]+`, 'gu')
const white = new RegExp(`[${WHITE}]+`, 'gu')
const ideographs = new RegExp(`[${IDEOGRAPHS}]`, 'gu')
const decomposing = new RegExp(`[${DECOMPOSING}]+`, 'gu')
const marks = new RegExp(`[${MARKS}]+`, 'gu')
const punctuation = new RegExp(`[${PUNCTUATION}]`, 'gu')

/**
 * Splits text as Python's BertTokenizerFast does (BertNormalizer, BertPreTokenizer): words separated by spaces;
 * punctuation marks and ideographs are words. The browser's own functions would give other ids: its Unicode tables and
 * its NFD are newer than Python's, and its lower case turns Σ at a word's end into ς.
 */
export function bertWords(text: string, options: BertNormalization): string {
  let words = text.replace(removed, '').replace(white, ' ')
  if (/[^\x20-\x7e]/.test(words)) {
    words = words.replace(ideographs, ' $& ')
    if (options.stripAccents) words = words.replace(decomposing, run => run.normalize('NFD')).replace(marks, '')
    if (options.lowercase) words = words.replaceAll('Σ', 'σ')
  }
  if (options.lowercase) words = words.toLowerCase()
  return words.replace(punctuation, ' $& ')
}

/**
 * The length, at least `from` UTF-16 units, of a beginning of `text` whose words do not depend on the rest. It ends
 * before a character that always stands alone, never before a mark, which attaches to its predecessor.
 */
export function bertCut(text: string, from: number): number {
  alone.lastIndex = from
  return alone.exec(text)?.index ?? text.length
}

const alone = /[\t\n\r !-/:-@[-`{-~\u4e00-\u9fff]/g
