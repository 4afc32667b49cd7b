import { normalizeWord } from './normalize.js'
import { isFlag, termsOf, tokensOf } from './terms.js'

/** The parts of a query. */
export interface ParsedQuery {
  /** The text to search for. */
  text: string
  /** What stood in quotes. */
  phrases: string[]
  /** Terms that results must not have. */
  without: string[]
  /** Pieces with signs (`std::vector`, `/etc/hosts`) as typed, in lower case. */
  literals: string[]
  /** Whether the last word may be unfinished. */
  typing: boolean
}

/** Words in quotes, or a word after a minus. A minus within quotes belongs to the phrase. */
const MARKED = /(?<=^|\s)(?:["“„«](?<quoted>[^"“”„«»]+)["”“»]|(?<!^)-(?<leftOut>\p{L}[\p{L}\p{N}_]{2,}))(?=$|\s)/gu

/** @param isTerm whether the index has a term. If it has `-name`, this is a flag and excludes no word. */
export function parseQuery(query: string, isTerm: (term: string) => boolean): ParsedQuery {
  const phrases: string[] = []
  const without: string[] = []
  const text = query.replace(MARKED, (marked, quoted: string | undefined, leftOut: string | undefined) => {
    if (quoted !== undefined) {
      if (quoted.trim() !== '') phrases.push(quoted.trim())
      return ` ${quoted} `
    }
    if (isTerm(normalizeWord(marked))) return marked
    without.push(termsOf(leftOut!)[0]!)
    return ''
  })
  return {
    text,
    phrases,
    without,
    literals: literalsOf(text),
    typing: phrases.length === 0 && /[\p{L}\p{N}\p{M}_$+#-]$/u.test(text),
  }
}

function literalsOf(text: string): string[] {
  return text.split(/\s+/).flatMap(piece => {
    const bare = piece.replace(/^[("'`“„«]+/, '').replace(/[)"'`”“»,;.:!?]+$/, '')
    const literal = /[\p{L}\p{N}]/u.test(bare) ? bare : piece
    const words = tokensOf(literal)
    const isWord =
      words.length === 1 &&
      words[0]!.length === literal.length &&
      !isFlag(literal) &&
      /\p{L}/u.test(literal) &&
      !/[$_+#]/.test(literal)
    return literal === '' || isWord || !/[^\p{L}\p{N}\p{M}'’]/u.test(literal) ? [] : [normalizeWord(literal)]
  })
}
