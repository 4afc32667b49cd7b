import { RerankError } from '../../src/api/errors.js'
import { modelError } from '../../src/api/modelErrors.js'
import type { Prompt, PromptSegment } from '../../src/model/manifest.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { TokenMarkers } from './alonePrompts.js'
import type { Alone } from './embedder.js'
import type { EncoderFamily, TextFamily } from './encoderFamily.js'
import type { TokenizerFile } from './tokenizerFile.js'

/**
 * The prompts of a model that reads every text alone.
 * @throws RerankError bad-tokenizer, bad-option
 */
export function aloneTemplate(
  tokenizer: TokenizerFile,
  family: TextFamily,
  { prompts, markers }: Alone,
  maxLength: number,
): Prompt {
  const idOf = specialId(tokenizer, family)
  const [cls, sep, padId] = [idOf('cls_token'), idOf('sep_token'), idOf('pad_token')]
  const around = (text: string, ...marker: number[]): PromptSegment[] => [
    { ids: [cls, ...marker] },
    { text: `${text}{context}` },
    { ids: [sep] },
  ]
  const base = { rerank: [], firstView: 0, padId }
  if (markers) return { ...base, ...marked(markers, tokenizer, idOf, around, maxLength) }
  if (maxLength < 4) throw new RerankError('bad-option', `A prompt of ${maxLength} tokens leaves no room for a text`)
  const named = Object.entries(prompts.named).map(([name, text]) => [name, around(text)])
  return {
    ...base,
    embed: around(prompts.passage),
    ...(named.length > 0 && { named: Object.fromEntries(named) }),
    maxLength,
  }
}

function marked(
  { query, passage, queryLength, passageLength, expands, attended }: TokenMarkers,
  tokenizer: TokenizerFile,
  idOf: IdOf,
  around: (text: string, ...marker: number[]) => PromptSegment[],
  longest: number,
): Pick<Prompt, 'embed' | 'named' | 'expansion' | 'maxLength'> {
  const ofMarker = (marker: string) => {
    const id = tokenId(tokenizer, marker)
    if (id === undefined) {
      throw modelError('bad-tokenizer', `The tokenizer has no token ${describeValue(marker)}, which marks texts`)
    }
    return id
  }
  const maxLength = Math.min(longest, Math.max(passageLength, queryLength))
  return {
    embed: around('', ofMarker(passage)),
    named: { query: around('', ofMarker(query)) },
    expansion: { ...(expands && { id: idOf('mask_token') }), length: Math.min(queryLength, maxLength), attended },
    maxLength,
  }
}

type IdOf = (part: keyof EncoderFamily['tokens'] | 'mask_token') => number

/** The ids of special tokens. The tokenizer may have other names for them than the family. */
export function specialId(tokenizer: TokenizerFile, family: TextFamily): IdOf {
  return part => {
    const token = tokenizer.config.tokens.get(part) ?? { ...family.tokens, mask_token: '[MASK]' }[part]
    const id = tokenId(tokenizer, token)
    if (id === undefined) throw modelError('bad-tokenizer', `The tokenizer has no ${token}`)
    return id
  }
}

/** The id of a special token or of a piece. */
export function tokenId({ special, json }: TokenizerFile, token: string): number | undefined {
  const { vocab } = (json as { model?: { vocab?: unknown } }).model ?? {}
  const known = special.get(token)
  if (known !== undefined || typeof vocab !== 'object' || vocab === null) return known
  if (Array.isArray(vocab)) {
    const id = vocab.findIndex(entry => Array.isArray(entry) && entry[0] === token)
    return id < 0 ? undefined : id
  }
  const id = Object.hasOwn(vocab, token) ? (vocab as Record<string, unknown>)[token] : undefined
  return typeof id === 'number' ? id : undefined
}
