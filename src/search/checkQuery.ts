import type { WireQueryOptions } from '../threads/searchProtocol.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { checkCount, wrongType } from '../util/wrongType.js'

/** @throws RerankError `bad-query` */
export function checkText(text: unknown): string {
  if (typeof text === 'string') return text
  throw wrongType('bad-query', 'The query', text, 'a string')
}

/** @throws RerankError `bad-option` */
export function checkOptions(options: WireQueryOptions): WireQueryOptions {
  checkOptionNames(options, 'limit filters context vector correct')
  const { limit, vector, correct } = options
  checkCount('limit', limit, 0)
  if (vector !== undefined && !(vector instanceof Float32Array)) {
    throw wrongType('bad-option', 'vector', vector, 'a Float32Array')
  }
  if (correct !== undefined && typeof correct !== 'boolean') {
    throw wrongType('bad-option', 'correct', correct, 'a boolean')
  }
  return options
}
