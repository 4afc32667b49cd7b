const MAX_LENGTH = 80

/**
 * Renders a value of a file briefly for an error message. JSON.stringify alone overflows the stack on deeply nested
 * lists and takes exponential time on lists that repeat each other.
 */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH)}…` : value)
}

/** Describes a wrong argument by its type, for an error message that must not repeat the caller's text. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number') return String(value)
  if (Array.isArray(value)) return 'an array'
  return `of type ${typeof value}`
}
