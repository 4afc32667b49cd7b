const MAX_LENGTH = 80

/**
 * A short rendering of a value in a file, for an error message. (JSON.stringify overflows the stack on a deeply nested
 * list, and takes for ever on a list that holds another twice, which holds another twice, and so on.)
 */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value)
}

/** The type of a wrong argument, for an error message that must not repeat the caller's text. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'an array'
  return `of type ${typeof value}`
}
