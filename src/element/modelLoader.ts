import type { CreateOptions, Progress, Reranker } from '../api/ranking.js'
import { loadPackage } from './packageEntry.js'

export type ModelState =
  /** The page names no model. Search uses words alone. */
  | { phase: 'none' }
  /** Not loaded yet. The first use or `loadModel()` loads it. */
  | { phase: 'waiting' }
  /** The visitor saves data, so only a request loads it. */
  | { phase: 'saving' }
  | { phase: 'loading'; progress?: Progress }
  | { phase: 'ready'; reranker: Reranker }
  | { phase: 'failed'; error: unknown }

/**
 * Loads the model once, when it is needed, and reports progress. It never rejects: if loading fails, search goes on by
 * words.
 */
export class ModelLoader {
  state: ModelState
  #loading: AbortController | undefined
  #loaded: Reranker | undefined

  readonly #options: CreateOptions | undefined
  readonly #onChange: () => void

  /**
   * @param options for `createReranker`; undefined for no model
   * @param onChange called at every change of `state`
   */
  constructor(options: CreateOptions | undefined, onChange: () => void) {
    this.#options = options
    this.#onChange = onChange

    this.state = { phase: options ? 'waiting' : 'none' }
  }

  /** A loader for a reranker of the page. The page disposes of it. */
  static ready(reranker: Reranker): ModelLoader {
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
    if (savesData()) this.#setState({ phase: 'saving' })
    else void this.load()
  }

  async load(): Promise<void> {
    const options = this.#options
    if (!options || ['loading', 'ready'].includes(this.state.phase)) return
    const loading = new AbortController()
    this.#loading = loading
    this.#setState({ phase: 'loading' })
    try {
      const { createReranker } = await loadPackage()
      const reranker = await createReranker({
        ...options,
        signal: loading.signal,
        onProgress: progress => {
          options.onProgress?.(progress)
          if (this.state.phase === 'loading') this.#setState({ phase: 'loading', progress })
        },
      })
      if (loading.signal.aborted) return void reranker.dispose()
      this.#loaded = reranker
      this.#setState({ phase: 'ready', reranker })
    } catch (error) {
      if (!loading.signal.aborted) this.#setState({ phase: 'failed', error })
    }
  }

  /** Aborts loading and disposes of the model that was loaded here. */
  dispose(): void {
    this.#loading?.abort(new DOMException('The search was taken off the page.', 'AbortError'))
    void this.#loaded?.dispose()
  }

  #setState(state: ModelState): void {
    this.state = state
    this.#onChange()
  }
}

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } }
  return connection?.saveData === true || matchMedia('(prefers-reduced-data: reduce)').matches
}
