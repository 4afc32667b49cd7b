import { modelError } from '../api/modelErrors.js'

/**
 * Checks of single fields of a manifest. `at` is the field's place, such as `prompt.rerank[0].ids`. Each check throws a
 * RerankError `bad-manifest` that names it.
 */

/** In UTF-16 units. */
const LONGEST_TEXT = 2 ** 16

export function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail(at, 'an object')
  return value as Record<string, unknown>
}

export function list<T>(value: unknown, at: string, max: number, item: (value: unknown, at: string) => T): T[] {
  if (!Array.isArray(value) || value.length > max) fail(at, `a list of at most ${max}`)
  return value.map((each, i) => item(each, `${at}[${i}]`))
}

export function text(value: unknown, at: string): string {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) fail(at, 'a text')
  return value
}

export function hash(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) fail(at, 'a SHA-256 in lower-case hex')
  return value
}

export function oneOf<T extends string>(value: unknown, at: string, choices: readonly T[]): T {
  if (!choices.includes(value as T)) fail(at, `one of ${choices.join(', ')}`)
  return value as T
}

export function count(value: unknown, at: string, min: number, max: number): number {
  if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) {
    fail(at, `a whole number from ${min} to ${max}`)
  }
  return value as number
}

export function between(value: unknown, at: string, min: number, max: number): number {
  if (typeof value !== 'number' || !(value >= min && value <= max)) fail(at, `a number from ${min} to ${max}`)
  return value
}

export const optional = <T>(value: unknown, parse: (value: unknown) => T): T | undefined =>
  value === undefined ? undefined : parse(value)

export function fail(at: string, expected: string): never {
  throw modelError('bad-manifest', `The manifest's ${at} is not ${expected}.`)
}
