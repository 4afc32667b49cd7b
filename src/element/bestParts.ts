import { type Result, rowOf } from './result.js'

/**
 * Of each section the part that stands highest, in its place. The index splits long sections, and the model reads their parts one by one; whoever
 * searches looks for the section, so it has one row.
 */
export function bestParts(results: readonly Result[]): Result[] {
  const seen = new Set<number>()
  return results.filter(result => !seen.has(rowOf(result)) && seen.add(rowOf(result)))
}
