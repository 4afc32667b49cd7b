import { RerankError } from '../api/errors.js'
import type { Passage, PassageObject, RankOptions } from '../api/ranking.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { checkCount, wrongType } from '../util/wrongType.js'

/** @throws RerankError `bad-query`, `bad-passage` (with `index`), `bad-option` */
export function checkRankInput(
  query: unknown,
  passages: unknown,
  options: RankOptions,
): asserts passages is readonly Passage[] {
  checkOptionNames(options, 'topK signal supersede refine fusion windows depth explain onPartial format')
  if (typeof query !== 'string') throw wrongType('bad-query', 'The query', query, 'a string')
  if (!Array.isArray(passages)) throw wrongType('bad-passage', 'The list of passages', passages, 'an array')
  let width: number | undefined
  for (let index = 0; index < passages.length; index++) {
    checkPassage(passages[index], index)
    width = checkVector(passages[index], index, width)
  }
  checkCount('topK', options.topK, 1)
  checkCount('refine', options.refine, 0)
  if (options.depth !== 'cascade') checkCount('depth', options.depth, 1)
  checkCount('windows', options.windows, 1)
}

function checkPassage(passage: unknown, index: number): void {
  if (typeof passage === 'string') return
  if (typeof passage !== 'object' || passage === null) {
    throw wrongType('bad-passage', `Passage ${index}`, passage, 'a string or an object', index)
  }
  const { text, title, firstStageScore, tokens } = passage as Record<string, unknown>
  const wrongField = (name: string, value: unknown, wanted: string) =>
    wrongType('bad-passage', `The ${name} of passage ${index}`, value, wanted, index)
  if (typeof text !== 'string') throw wrongField('text', text, 'a string')
  if (title !== undefined && title !== null && typeof title !== 'string') throw wrongField('title', title, 'a string')
  if (firstStageScore !== undefined && (typeof firstStageScore !== 'number' || Number.isNaN(firstStageScore))) {
    throw wrongField('firstStageScore', firstStageScore, 'a number')
  }
  if (tokens !== undefined && !(tokens instanceof Uint8Array)) throw wrongField('tokens', tokens, 'codes of `encode`')
}

/** Checks a passage's vector. @returns the length of the list's vectors, once known */
function checkVector(passage: Passage, index: number, width: number | undefined): number | undefined {
  const vector: unknown = fieldsOf(passage).vector
  if (vector === undefined || vector === null) return width
  const badVector = (what: string) =>
    new RerankError('bad-passage', `The vector of passage ${index} ${what}.`, { index })
  if (!Array.isArray(vector) && !(vector instanceof Float32Array)) {
    throw wrongType(
      'bad-passage',
      `The vector of passage ${index}`,
      vector,
      'a Float32Array or an array of numbers',
      index,
    )
  }
  if (vector.length === 0) throw badVector('is empty')
  if (width !== undefined && vector.length !== width)
    throw badVector(`has ${vector.length} numbers, others have ${width}`)
  let squares = 0
  for (let i = 0; i < vector.length; i++) squares += typeof vector[i] === 'number' ? vector[i] ** 2 : Number.NaN
  if (!(squares > 0 && squares < Infinity)) throw badVector('is zero or not finite')
  return vector.length
}

/** @throws RerankError `bad-passage`, with `index` */
export function checkTexts(texts: unknown): asserts texts is readonly string[] {
  if (!Array.isArray(texts)) throw wrongType('bad-passage', 'The list of texts', texts, 'an array')
  // A loop, because forEach skips holes.
  for (let index = 0; index < texts.length; index++) {
    const text = texts[index]
    if (typeof text === 'string') continue
    throw wrongType('bad-passage', `Text ${index}`, text, 'a string', index)
  }
}

/** The fields of a passage; a string is its text. */
export function fieldsOf(passage: Passage): PassageObject {
  return typeof passage === 'string' ? { text: passage } : passage
}

/** Title and text, joined by a space and trimmed (MVP, prompt). */
export function contextOf(passage: Passage): string {
  const { title, text } = fieldsOf(passage)
  return `${title ?? ''} ${text}`.trim()
}

/**
 * Places of the passages, likeliest first: by the first stage's score if all have one, else as given. This only decides
 * the order of encoding.
 */
export function likeliestFirst(passages: readonly Passage[]): Uint32Array {
  const places = Uint32Array.from(passages, (_, index) => index)
  const scores = passages.map(passage => fieldsOf(passage).firstStageScore)
  if (scores.some(score => score === undefined)) return places
  return places.sort((a, b) => scores[b]! - scores[a]! || a - b)
}
