import type { Candidate } from '../../search/types.js'
import type { Result } from './result.js'

/**
 * Which row a candidate stands in. The index splits long sections, and the model reads their parts one by one; whoever searches looks for the
 * section, so it has one row. The row stays the same one while the part it shows changes, so that it can glide and keep its place.
 */
export class SectionRows {
  readonly #rows = new Map<string, number>()

  /** The id of the part of its section that was met first. */
  of({ id, url, path }: Pick<Candidate, 'id' | 'url' | 'path'>): number {
    // Headings without anchors share their page's address, so that alone does not tell sections apart.
    const section = JSON.stringify([url, path])
    const row = this.#rows.get(section)
    if (row !== undefined) return row
    this.#rows.set(section, id)
    return id
  }
}

/** Of each section the part that stands highest, in its place. */
export function bestParts(results: readonly Result[]): Result[] {
  const seen = new Set<number>()
  return results.filter(({ row }) => !seen.has(row) && seen.add(row))
}
