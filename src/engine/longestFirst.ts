import type { Prompt } from '../model/manifest.js'
import type { Tokenizer } from '../tokenizer/tokenize.js'
import type { EncodedPrompt } from './prompt.js'

/**
 * How many tokens of a pair of texts are kept where both together may have `room`: the longer one is cut to what the shorter one leaves, or
 * both to a half. This is `longest_first` of Hugging Face's tokenizers, which gives an odd token to the text that was longer, to the second of equals.
 */
export function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second]
  const shorter = Math.min(first, second)
  const half = Math.floor(room / 2)
  const [less, more] = shorter <= half ? [shorter, room - shorter] : [half, room - half]
  return first > second ? [more, less] : [less, more]
}

/** The pair that a cross-encoder reads. `prompt.rerank` has query and context in segments of their own (parseManifest sees to it). */
export function pairEncoder(
  { rerank: segments, maxLength }: Prompt,
  tokenizer: Tokenizer,
): (query: string, context: string) => EncodedPrompt {
  const room = segments.reduce((left, segment) => left - ('ids' in segment ? segment.ids.length : 0), maxLength)
  let last: { query: string; ids: number[] } | undefined
  return (query, context) => {
    // One more than can be kept tells which text is the longer, unless neither fits; then all of both is counted.
    if (last?.query !== query) last = { query, ids: tokenizer.encode(query, room + 1) }
    let { ids: first } = last
    let second = tokenizer.encode(context, room + 1)
    if (first.length > room && second.length > room) {
      first = tokenizer.encode(query)
      second = tokenizer.encode(context, first.length)
      last = { query, ids: first }
    }
    const [keptFirst, keptSecond] = longestFirst(first.length, second.length, room)
    const ids: number[] = []
    const types: number[] = []
    for (const segment of segments) {
      const part =
        'ids' in segment
          ? segment.ids
          : segment.text === '{query}'
            ? first.slice(0, keptFirst)
            : second.slice(0, keptSecond)
      for (const id of part) ids.push(id)
      for (let i = 0; i < part.length; i++) types.push(segment.type ?? 0)
    }
    return { ids, types }
  }
}
