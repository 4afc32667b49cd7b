import { DECOMPOSING, IDEOGRAPHS, MARKS, PUNCTUATION, REMOVED, WHITE } from './bertCharacterClasses.js'

export interface BertNormalization {
  lowercase: boolean
  stripAccents: boolean
}

// A lone surrogate, which has no UTF-8 and so no counterpart in Python, counts as U+FFFD, and that is dropped.
const removed = new RegExp(`[${REMOVED}\\ud800-\\udfff]+`, 'gu')
const white = new RegExp(`[${WHITE}]+`, 'gu')
const ideographs = new RegExp(`[${IDEOGRAPHS}]`, 'gu')
const decomposing = new RegExp(`[${DECOMPOSING}]+`, 'gu')
const marks = new RegExp(`[${MARKS}]+`, 'gu')
const punctuation = new RegExp(`[${PUNCTUATION}]`, 'gu')

/**
 * Text to words as Python's BertTokenizerFast makes them (BertNormalizer, BertPreTokenizer): words separated by spaces,
 * punctuation marks and ideographs words of their own. A library that asks the browser's Unicode tables, its NFD of
 * characters newer than Python's tables, or its lower case of a word (Σ at a word's end becomes ς there) gets other
 * ids.
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
 * Length of a beginning of `text` of at least `from` units whose words do not depend on what follows: it ends before a
 * character that always stands alone. A mark attaches to what precedes it, so the cut is never before one.
 */
export function bertCut(text: string, from: number): number {
  alone.lastIndex = from
  return alone.exec(text)?.index ?? text.length
}

const alone = /[\t\n\r !-/:-@[-`{-~\u4e00-\u9fff]/g
