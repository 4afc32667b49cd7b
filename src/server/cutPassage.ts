import type { PassageList } from './readRequest.js'

/** Cuts a text after its first tokens. */
export type CutTokens = (text: string, most: number) => string

type Passage = PassageList['passages'][number]

/** A passage of at most this many tokens, its title included. */
export function cut(passage: Passage, most: number, cutTokens: CutTokens): Passage {
  // As the prompt joins them.
  const whole = typeof passage === 'string' ? passage : [passage.title, passage.text].filter(Boolean).join(' ')
  const part = cutTokens(whole, most)
  return part === whole ? passage : part
}
