import type { Progress, Reranker, Status } from '../client/types.js'

export type DeviceChoice = 'auto' | 'webgpu' | 'wasm'

export type EngineState =
  /** Nothing was asked for yet. */
  | { phase: 'idle' }
  | { phase: 'loading'; progress?: Progress; notes: Status[] }
  | { phase: 'ready'; reranker: Reranker; notes: Status[] }
  | { phase: 'failed'; error: unknown }

/** The page's one reranker: loads it, replaces it when another device is picked, and tells what it is doing. */
export class Engine {
  state: EngineState = { phase: 'idle' }
  device: DeviceChoice = 'auto'
  readonly #listeners: ((state: EngineState) => void)[] = []
  #loading?: AbortController

  /** @param model a name or a URL, as `createReranker` takes it; none: its default */
  constructor(private readonly model?: string) {}

  /** Calls back now and at every change. */
  watch(listener: (state: EngineState) => void): void {
    this.#listeners.push(listener)
    listener(this.state)
  }

  /** The reranker, once it is there. */
  get reranker(): Reranker | undefined {
    return this.state.phase === 'ready' ? this.state.reranker : undefined
  }

  /** Loads the model for a device, and lets go of what was loaded before. Never rejects: a failure becomes the state. */
  async load(device: DeviceChoice = this.device): Promise<void> {
    this.#loading?.abort()
    const loading = new AbortController()
    this.#loading = loading
    this.device = device
    const former = this.reranker
    const notes: Status[] = []
    this.#become({ phase: 'loading', notes })
    const tell = (state: EngineState) => {
      if (!loading.signal.aborted) this.#become(state)
    }
    try {
      await former?.dispose()
      // The library comes after the page is there and works by words.
      const { createReranker } = await import('../index.js')
      let progress: Progress | undefined
      const reranker = await createReranker({
        device,
        ...(this.model === undefined ? {} : { model: this.model }),
        signal: loading.signal,
        onProgress: newest => {
          progress = newest
          tell({ phase: 'loading', progress, notes })
        },
        onStatus: status => {
          notes.push(status)
          // Devices can be lost, and recover, long after loading.
          tell(
            this.state.phase === 'ready' ? this.state : { phase: 'loading', notes, ...(progress ? { progress } : {}) },
          )
        },
      })
      if (loading.signal.aborted) await reranker.dispose()
      else this.#become({ phase: 'ready', reranker, notes })
    } catch (error) {
      tell({ phase: 'failed', error })
    }
  }

  #become(state: EngineState): void {
    this.state = state
    for (const listener of this.#listeners) listener(state)
  }
}
