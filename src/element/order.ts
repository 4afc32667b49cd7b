/**
 * The better order, with one row kept at its present place. The row under a pointer must not change just before a
 * click.
 * @param shown the present order
 * @param kept the row to keep; none if undefined or missing in an order
 */
export function keepInPlace<T>(shown: readonly T[], better: readonly T[], kept: T | undefined): T[] {
  const place = shown.indexOf(kept as T)
  if (place < 0 || !better.includes(kept as T)) return [...better]
  const others = better.filter(row => row !== kept)
  return [...others.slice(0, place), kept as T, ...others.slice(place)]
}

/** Whether two lists begin with the same rows, in the same order. */
export function sameTop<T>(a: readonly T[], b: readonly T[], length: number): boolean {
  const top = Math.min(length, Math.max(a.length, b.length))
  for (let i = 0; i < top; i++) if (a[i] !== b[i]) return false
  return true
}

/** First the ranked results, best first, then those that the model has not read yet, in their former order. */
export function rankedThenWaiting(ranked: readonly number[], total: number): number[] {
  return [...new Set([...ranked, ...Array(total).keys()])]
}
