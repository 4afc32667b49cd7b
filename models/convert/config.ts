import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'

type Json = Record<string, unknown>

/** Typed access to a config.json. A missing or wrong value is an error that names the key. */
export class Config {
  readonly #values: Json
  readonly #path: string

  constructor(values: Json, path = '') {
    this.#values = values
    this.#path = path
  }

  /** @throws RerankError bad-config */
  static parse(text: string): Config {
    let values: unknown
    try {
      values = JSON.parse(text)
    } catch (cause) {
      throw toolError('bad-config', 'config.json is not JSON', { cause })
    }
    if (!isObject(values)) throw toolError('bad-config', 'config.json is not a JSON object')
    return new Config(values)
  }

  /** A whole number within bounds, by default 1 to 2^24. */
  count(key: string, { or, min = 1, max = 2 ** 24 }: { or?: number; min?: number; max?: number } = {}): number {
    const value = this.#values[key] ?? or
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
      this.#fail(key, value, 'a whole number')
    return value as number
  }

  counts(key: string): number[] {
    const value = this.#values[key]
    const fits = (item: unknown) => Number.isInteger(item) && (item as number) >= 0
    if (!Array.isArray(value) || value.length === 0 || !value.every(fits))
      this.#fail(key, value, 'a list of whole numbers')
    return value
  }

  positive(key: string, or: number): number {
    const value = this.#values[key] ?? or
    if (typeof value !== 'number' || !(value > 0 && value < 1)) this.#fail(key, value, 'a small positive number')
    return value
  }

  /** A number of at least 1. */
  number(key: string, or: number): number {
    const value = this.#values[key] ?? or
    if (typeof value !== 'number' || !(value >= 1 && value <= 1e9)) this.#fail(key, value, 'a number from 1')
    return value
  }

  flag(key: string, or: boolean): boolean {
    const value = this.#values[key] ?? or
    if (typeof value !== 'boolean') this.#fail(key, value, 'true or false')
    return value
  }

  has(key: string): boolean {
    return this.#values[key] !== undefined
  }

  text(key: string, or: string): string {
    const value = this.#values[key] ?? or
    if (typeof value !== 'string') this.#fail(key, value, 'a text')
    return value
  }

  texts(key: string, or: string[]): string[] {
    const value = this.#values[key] ?? or
    if (!Array.isArray(value) || !value.every(item => typeof item === 'string'))
      this.#fail(key, value, 'a list of texts')
    return value
  }

  within(key: string): Config {
    const value = this.#values[key]
    if (!isObject(value)) this.#fail(key, value, 'an object')
    return new Config(value, `${this.#path}${key}.`)
  }

  #fail(key: string, value: unknown, wanted: string): never {
    const found = value === undefined ? 'missing' : describeValue(value)
    throw toolError('bad-config', `${this.#path}${key} in config.json should be ${wanted} and is ${found}`)
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
