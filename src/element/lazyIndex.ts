import type { OpenSearchOptions, SiteSearch } from '../api/search.js'
import { loadPackage } from './packageEntry.js'

/** Opens an index when it is first needed. If that fails, the next use tries again. */
export class LazyIndex {
  #opening: Promise<SiteSearch> | undefined
  readonly #end = new AbortController()

  readonly #options: OpenSearchOptions

  constructor(options: OpenSearchOptions) {
    this.#options = options
  }

  /** @throws RerankError */
  open(): Promise<SiteSearch> {
    this.#opening ??= this.#open().catch(error => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  dispose(): void {
    this.#end.abort(new DOMException('The search was taken off the page.', 'AbortError'))
    void this.#opening?.then(index => index.dispose()).catch(() => undefined)
  }

  async #open(): Promise<SiteSearch> {
    const { openSearch } = await loadPackage()
    return openSearch({ ...this.#options, signal: this.#end.signal })
  }
}
