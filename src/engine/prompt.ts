import { RerankError } from '../api/errors.js'
import type { Prompt, PromptSegment } from '../model/manifest.js'
import type { Tokenizer } from '../tokenizer/tokenize.js'
import type { Range } from './embedding.js'
import { cacheTokens } from './tokenCache.js'

export interface EncodedPrompt {
  ids: number[]
  /** Token types, if the prompt has any; 0 of the ids beyond them. */
  types?: number[]
  /** Whether it is a query alone, of a model that reads queries otherwise than passages. */
  isQuery?: boolean
  /** The number of tokens at the end that no other token attends to. */
  unattended?: number
}

export interface Prompter {
  /** The tokens of one query and one passage, at most `maxLength`. */
  rerank(query: string, passage: { title?: string; text: string }): EncodedPrompt
  /**
   * The tokens of a text alone. Absent if the model cannot embed.
   * @param name of one of the model's prompts; `query` is that of passages if the model has no other
   * @throws RerankError `bad-option` for a name that the model lacks
   */
  embed?(text: string, name?: string): EncodedPrompt
  /** The longest prompt, in tokens. */
  readonly maxLength: number
  /** The number of tokens of a passage that fit beside a query. */
  room(query: string): number
  countTokens(text: string): number
  /** As `Tokenizer.knownShare`. */
  knownShare(text: string): number
  /** The range of the text's tokens in a prompt of `embed` of this name. */
  textTokens(embedded: EncodedPrompt, name?: string): Range
}

export function createPrompter(prompt: Prompt, tokenizer: Tokenizer): Prompter {
  const texts = cacheTokens(tokenizer)
  const rerank = prompt.truncation ? pairEncoder(prompt, texts) : segmentEncoder(prompt.rerank, prompt.maxLength, texts)
  const prompter: Prompter = {
    rerank: (query, { title, text }) => rerank(query, strip(title ? `${title} ${text}` : text)),
    maxLength: prompt.maxLength,
    room: query => prompt.maxLength - rerank(query, '').ids.length,
    countTokens: text => tokenizer.encode(text).length,
    knownShare: text => tokenizer.knownShare(text),
    textTokens({ ids }, name = '') {
      const segments = prompt.named?.[name] ?? prompt.embed ?? []
      const first = Math.max(0, segments.findIndex(isText))
      const before = fixedTokens(segments.slice(0, first))
      const told = segments[first] as TextSegment | undefined
      const prefix = strip(told?.text.split('{context}')[0] ?? '')
      return [before + texts.encode(prefix).length, ids.length - fixedTokens(segments) + before]
    },
  }
  if (prompt.embed) {
    prompter.embed = aloneEncoder(prompt, prompt.embed, texts)
  }
  return prompter
}

type Texts = Pick<Tokenizer, 'encode'>

/** Encodes texts alone. */
function aloneEncoder(
  { maxLength, named = {}, expansion }: Prompt,
  segments: readonly PromptSegment[],
  texts: Texts,
): NonNullable<Prompter['embed']> {
  const queryLength = expansion?.length ?? maxLength
  const encoders = new Map<string | undefined, Encode>([[undefined, segmentEncoder(segments, maxLength, texts)]])
  for (const [name, own] of Object.entries({ query: segments, ...named })) {
    encoders.set(name, segmentEncoder(own, name === 'query' ? queryLength : maxLength, texts))
  }
  return (text, name) => {
    const prompt = encoders.get(name)?.('', strip(text))
    if (!prompt) {
      throw new RerankError('bad-option', `The model has no prompt ${JSON.stringify(name)}.`, {
        remedy: `Its prompts: ${Object.keys(named).join(', ') || 'none'}.`,
      })
    }
    if (name !== 'query' || !expansion) return prompt
    const { ids } = prompt
    const added = expansion.id === undefined ? 0 : Math.max(0, queryLength - ids.length)
    return {
      ...prompt,
      ids: [...ids, ...new Array<number>(added).fill(expansion.id!)],
      isQuery: true,
      unattended: expansion.attended ? 0 : added,
    }
  }
}

type Encode = (query: string, context: string) => EncodedPrompt

function segmentEncoder(segments: readonly PromptSegment[], maxLength: number, tokenizer: Texts): Encode {
  const encoders = segments.map(segment =>
    'ids' in segment ? () => segment.ids : textEncoder(segment, maxLength, tokenizer),
  )
  const typed = segments.some(segment => segment.type !== undefined)
  const fixed = fixedTokens(segments)
  return (query, context) => {
    // From the left: a text gets the room that the texts before it leave, so the last one is cut first.
    let room = Math.max(0, maxLength - fixed)
    const parts = encoders.map((encode, i) => {
      const part = encode(query, context, room)
      if (!('ids' in segments[i]!)) room -= part.length
      return part
    })
    const ids = parts.flat()
    if (!typed) return { ids }
    return { ids, types: parts.flatMap((part, i) => new Array<number>(part.length).fill(segments[i]!.type ?? 0)) }
  }
}

const isText = (segment: PromptSegment) => 'text' in segment

function fixedTokens(segments: readonly PromptSegment[]): number {
  return segments.reduce((sum, segment) => sum + ('ids' in segment ? segment.ids.length : 0), 0)
}

type TextSegment = Extract<PromptSegment, { text: string }>

function textEncoder(segment: TextSegment, maxLength: number, tokenizer: Texts) {
  const parts = segment.text.split(/(\{query\}|\{context\})/)
  const share = segment.share === undefined ? Infinity : Math.floor(segment.share * maxLength)
  const perQuery = !parts.includes('{context}')
  let last: { query: string; limit: number; ids: number[] } | undefined
  return (query: string, context: string, room: number): number[] => {
    const limit = Math.min(room, share)
    if (perQuery && last?.query === query && last.limit === limit) return last.ids
    // Filled in at once, because braces in a query or passage are text.
    const text = parts.map(part => (part === '{query}' ? query : part === '{context}' ? context : part)).join('')
    const ids = tokenizer.encode(text, limit)
    if (perQuery) last = { query, limit, ids }
    return ids
  }
}

/**
 * The number of tokens of each text of a pair that fit into `room`: the longer text is cut to the room that the shorter
 * one leaves, or both are cut to half of it. This is `longest_first` of Hugging Face's tokenizers: an odd token goes to
 * the longer text, or to the second of two equally long ones.
 */
function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second]
  const shorter = Math.min(first, second)
  const half = Math.floor(room / 2)
  const [less, more] = shorter <= half ? [shorter, room - shorter] : [half, room - half]
  return first > second ? [more, less] : [less, more]
}

/**
 * Encodes the pair that a cross-encoder reads. parseManifest ensures that query and context have segments of their own.
 */
function pairEncoder(
  { rerank: segments, maxLength }: Prompt,
  tokenizer: Texts,
): (query: string, context: string) => EncodedPrompt {
  const room = maxLength - fixedTokens(segments)
  let last: { query: string; ids: number[] } | undefined
  return (query, context) => {
    // One token more than fits shows which text is longer, unless neither fits. Then all tokens of both are counted.
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

/**
 * Python's str.strip, which trimmed prompts in training. trim() leaves U+0085, which would be an unknown token.
 */
function strip(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isSpace(text.charCodeAt(from))) from++
  while (from < to && isSpace(text.charCodeAt(to - 1))) to--
  return text.slice(from, to)
}

function isSpace(code: number): boolean {
  if (code < 0x100) return (code >= 9 && code <= 13) || (code >= 0x1c && code <= 0x20) || code === 0x85 || code === 0xa0
  return SPACES.has(code)
}

const SPACES = new Set([
  0x1680,
  0x2028,
  0x2029,
  0x202f,
  0x205f,
  0x3000,
  ...Array.from({ length: 11 }, (_, i) => 0x2000 + i),
])
