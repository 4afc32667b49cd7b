import type { WordMatch } from '../api/ranking.js'
import type { Range, TokenVectors } from './embedding.js'
import { closestToken } from './maxSim.js'
import type { Piece } from './windows.js'

/** A text that was embedded alone. */
export interface ReadText {
  text: string
  words: readonly Piece[]
  tokens: TokenVectors
  /** The text's own tokens. */
  own: Range
}

/** Which words met in late interaction: for each of the query's, that of the text with the closest token. */
export function wordMatches(query: ReadText, read: ReadText): WordMatch[] {
  return query.words.flatMap(word => {
    let match = { cosine: -1, at: 0 }
    for (let token = query.own[0] + word.from; token < Math.min(query.own[0] + word.to, query.own[1]); token++) {
      const closest = closestToken(query.tokens, token, read.tokens)
      if (closest.cosine > match.cosine) match = closest
    }
    // A token of the prompt itself, before or after the text, may be the closest: then no word met.
    const place = read.tokens.places?.[match.at] ?? match.at
    const at = place - read.own[0]
    const met = place < read.own[1] && read.words.find(({ from, to }) => from <= at && at < to)
    const [asked, found] = [lettersOf(query.text, word), met && lettersOf(read.text, met)]
    return asked && found ? [{ query: asked, text: found, cosine: match.cosine }] : []
  })
}

/** Without the signs around it; undefined for signs alone. */
function lettersOf(text: string, { start, end }: Piece): [start: number, end: number] | undefined {
  const found = /[\p{L}\p{N}](?:.*[\p{L}\p{N}\p{M}])?/u.exec(text.slice(start, end))
  return found ? [start + found.index, start + found.index + found[0].length] : undefined
}
