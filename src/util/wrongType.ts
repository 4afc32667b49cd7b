import type { PageErrorCode } from '../api/errorCodes.js'
import { RerankError } from '../api/errors.js'
import { describeType } from './describeValue.js'

/**
 * The error for an argument of a wrong type. It repeats no text of the caller's.
 * @param index the place in the caller's list that it is about
 * @example throw wrongType('bad-query', 'The query', query, 'a string')
 */
export function wrongType(
  code: PageErrorCode,
  name: string,
  value: unknown,
  expected: string,
  index?: number,
): RerankError {
  return new RerankError(code, `${name} is ${describeType(value)}, not ${expected}.`, { index })
}

/** @throws RerankError `bad-option` unless the option is left out or is a whole number from `min` on */
export function checkCount(name: string, value: unknown, min: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= min)) return
  throw wrongType('bad-option', name, value, `a whole number from ${min} on`)
}
