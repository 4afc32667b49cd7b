import type { Tokenizer } from '../tokenizer/tokenize.js'
import { ENCODE_CHUNK } from './batch.js'

/** A chunk of candidates is tokenized for what its texts are alone, for their windows and for the prompts, one after the other. */
const REMEMBERED = 2 * ENCODE_CHUNK
/** In UTF-16 units: of longer texts only the beginning is read, and they would be kept whole. */
const LONGEST = 8192

/** A tokenizer that reads a text once where it is asked for it again soon. Nobody may write into the ids. */
export function rememberTexts(tokenizer: Tokenizer): Tokenizer {
  const recent = new Map<string, { ids: number[]; limit: number }>()
  return {
    encode(text, limit = Infinity) {
      const known = recent.get(text)
      if (known && (known.limit >= limit || known.ids.length < known.limit)) {
        return known.ids.length > limit ? known.ids.slice(0, limit) : known.ids
      }
      const ids = tokenizer.encode(text, limit)
      if (text.length > LONGEST) return ids
      recent.delete(text)
      recent.set(text, { ids, limit })
      if (recent.size > REMEMBERED) recent.delete(recent.keys().next().value!)
      return ids
    },
  }
}
