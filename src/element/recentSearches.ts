/**
 * Queries that led to a result, newest first. This browser keeps them, separately for each index, until they are
 * cleared.
 */
export class RecentSearches {
  readonly #key: string

  readonly #limit: number

  /** @param src separates the searches of one index from another's */
  constructor(src: string, limit: number) {
    this.#limit = limit

    this.#key = `mvp-search:recent:${src}`
  }

  get all(): string[] {
    if (this.#limit <= 0) return []
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(this.#key) ?? '[]')
      if (!Array.isArray(stored)) return []
      return stored.filter((query): query is string => typeof query === 'string').slice(0, this.#limit)
    } catch {
      // Storage is forbidden, or something else wrote there.
      return []
    }
  }

  add(query: string): void {
    if (query !== '' && this.#limit > 0) this.#store([query, ...this.all.filter(other => other !== query)])
  }

  /** @param query absent: all of them */
  remove(query?: string): void {
    this.#store(this.all.filter(other => query !== undefined && other !== query))
  }

  #store(queries: string[]): void {
    try {
      if (queries.length === 0) localStorage.removeItem(this.#key)
      else localStorage.setItem(this.#key, JSON.stringify(queries.slice(0, this.#limit)))
    } catch {
      // Storage is full or forbidden. Search works without it.
    }
  }
}
