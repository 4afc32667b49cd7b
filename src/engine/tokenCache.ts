import type { Tokenizer } from '../tokenizer/tokenize.js'
import { ENCODE_CHUNK } from './batch.js'

/** A text of a chunk is tokenized up to three times: for its embedding, its windows and its prompt. */
const MAX_TEXTS = 2 * ENCODE_CHUNK
/** In UTF-16 units. Only the beginning of a longer text is read, but the cache would keep all of it. */
const MAX_LENGTH = 8192

/** Wraps a tokenizer with a small cache of recent texts. Callers must not change the ids. */
export function cacheTokens(tokenizer: Pick<Tokenizer, 'encode'>): Pick<Tokenizer, 'encode'> {
  const recent = new Map<string, { ids: number[]; limit: number }>()
  return {
    encode(text, limit = Infinity) {
      const known = recent.get(text)
      if (known && (known.limit >= limit || known.ids.length < known.limit)) {
        return known.ids.length > limit ? known.ids.slice(0, limit) : known.ids
      }
      const ids = tokenizer.encode(text, limit)
      if (text.length > MAX_LENGTH) return ids
      recent.delete(text)
      recent.set(text, { ids, limit })
      if (recent.size > MAX_TEXTS) recent.delete(recent.keys().next().value!)
      return ids
    },
  }
}
