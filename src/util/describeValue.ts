const LONGEST = 80

/**
 * A value that a file holds, as an error message may show it: short, whatever it is. (JSON.stringify of a list that is nested deep enough ends in
 * a stack overflow, and one of a list that holds another twice, and so on, does not end at all.)
 */
export function quoteValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value)
}
