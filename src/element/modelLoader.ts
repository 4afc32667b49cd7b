import type { CreateOptions, Progress, Reranker, Status } from '../api/ranking.js'

export type ModelState =
  /** No model was named: words alone. */
  | { phase: 'none' }
  /** It will be loaded when the search is used, or when told. */
  | { phase: 'waiting' }
  /** The visitor saves data: it is loaded only when asked for. */
  | { phase: 'saving' }
  | { phase: 'loading'; progress?: Progress }
  | { phase: 'ready'; reranker: Reranker }
  | { phase: 'failed'; error: unknown }

/** Brings the model, once and late, and tells how far it is. It never rejects: whatever fails, search by words goes on. */
export class ModelLoader {
  state: ModelState
  #loading: AbortController | undefined
  #own: Reranker | undefined

  readonly #options: CreateOptions | undefined
  readonly #onChange: () => void

  /**
   * @param options what `createReranker` is given; undefined: no model
   * @param onChange called at every change of `state`
   */
  constructor(options: CreateOptions | undefined, onChange: () => void) {
    this.#options = options
    this.#onChange = onChange

    this.state = { phase: options ? 'waiting' : 'none' }
  }

  /** A reranker that the page has already; it stays the page's to dispose of. */
  static of(reranker: Reranker): ModelLoader {
    const loader = new ModelLoader(undefined, () => undefined)
    loader.state = { phase: 'ready', reranker }
    return loader
  }

  get reranker(): Reranker | undefined {
    return this.state.phase === 'ready' ? this.state.reranker : undefined
  }

  /** Called when the search is first used. */
  loadUnlessSavingData(): void {
    if (this.state.phase !== 'waiting') return
    if (savesData()) this.#become({ phase: 'saving' })
    else void this.load()
  }

  async load(): Promise<void> {
    const options = this.#options
    if (!options || !['waiting', 'saving', 'failed'].includes(this.state.phase)) return
    const loading = new AbortController()
    this.#loading = loading
    this.#become({ phase: 'loading' })
    try {
      const { createReranker } = await import('../index.js')
      const reranker = await createReranker({
        ...options,
        signal: loading.signal,
        onProgress: progress => {
          options.onProgress?.(progress)
          if (this.state.phase === 'loading') this.#become({ phase: 'loading', progress })
        },
        onStatus: (status: Status) => options.onStatus?.(status),
      })
      if (loading.signal.aborted) return void reranker.dispose()
      this.#own = reranker
      this.#become({ phase: 'ready', reranker })
    } catch (error) {
      if (!loading.signal.aborted) this.#become({ phase: 'failed', error })
    }
  }

  /** Ends loading and lets go of a model that was loaded here. */
  dispose(): void {
    this.#loading?.abort(new DOMException('The search was taken off the page.', 'AbortError'))
    void this.#own?.dispose()
  }

  #become(state: ModelState): void {
    this.state = state
    this.#onChange()
  }
}

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return connection?.saveData === true || matchMedia('(prefers-reduced-data: reduce)').matches
}
