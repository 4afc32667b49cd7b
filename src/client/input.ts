import { RerankError } from '../errors.js'
import type { Passage, RankOptions } from './types.js'

/** @throws RerankError `bad-query`, `bad-passage` (with `index`), `bad-option` */
export function checkRankInput(
  query: unknown,
  passages: unknown,
  options: RankOptions,
): asserts passages is readonly Passage[] {
  if (typeof query !== 'string') throw new RerankError('bad-query', `The query is ${nameOf(query)}, not a string.`)
  if (!Array.isArray(passages))
    throw new RerankError('bad-passage', `The passages are ${nameOf(passages)}, not an array.`)
  for (let index = 0; index < passages.length; index++) checkPassage(passages[index], index)
  checkCount('topK', options.topK, 1)
  checkCount('refine', options.refine, 0)
  checkCount('depth', options.depth, 1)
}

function checkPassage(passage: unknown, index: number): void {
  if (typeof passage === 'string') return
  if (typeof passage !== 'object' || passage === null) {
    throw new RerankError('bad-passage', `Passage ${index} is ${nameOf(passage)}, not a string or an object.`, {
      index,
    })
  }
  const { text, title, firstStageScore } = passage as Record<string, unknown>
  if (typeof text !== 'string') {
    throw new RerankError('bad-passage', `The text of passage ${index} is ${nameOf(text)}, not a string.`, { index })
  }
  if (title !== undefined && title !== null && typeof title !== 'string') {
    throw new RerankError('bad-passage', `The title of passage ${index} is ${nameOf(title)}, not a string.`, { index })
  }
  if (firstStageScore !== undefined && (typeof firstStageScore !== 'number' || Number.isNaN(firstStageScore))) {
    throw new RerankError(
      'bad-passage',
      `The firstStageScore of passage ${index} is ${nameOf(firstStageScore)}, not a number.`,
      {
        index,
      },
    )
  }
}

/** @throws RerankError `bad-passage`, with `index` */
export function checkTexts(texts: unknown): asserts texts is readonly string[] {
  if (!Array.isArray(texts)) throw new RerankError('bad-passage', `The texts are ${nameOf(texts)}, not an array.`)
  // A loop, because forEach skips holes.
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index]
    if (typeof text === 'string') continue
    throw new RerankError('bad-passage', `Text ${index} is ${nameOf(text)}, not a string.`, { index })
  }
}

function checkCount(name: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) return
  throw new RerankError('bad-option', `${name} is ${nameOf(value)}, not a whole number from ${least} on.`)
}

function nameOf(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'an array'
  return `of type ${typeof value}`
}

/** Title and text joined by a space and trimmed (MVP, prompt). */
export function contextOf(passage: Passage): string {
  if (typeof passage === 'string') return passage.trim()
  return `${passage.title ?? ''} ${passage.text}`.trim()
}

/** Likeliest first: by the first stage's score where all have one, else as given. It only schedules. */
export function likeliestFirst(passages: readonly Passage[]): Uint32Array {
  const places = Uint32Array.from(passages, (_, index) => index)
  const scores = passages.map(passage => (typeof passage === 'string' ? undefined : passage.firstStageScore))
  if (scores.some(score => score === undefined)) return places
  return places.sort((a, b) => scores[b]! - scores[a]! || a - b)
}
