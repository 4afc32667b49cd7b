import { RerankError } from '../src/api/errors.js'
import type { Depth } from '../src/api/models.js'
import type { CreateOptions, Progress, Reranker, Status } from '../src/api/ranking.js'
import { readSetting, writeSetting } from './settings.js'

export type DeviceChoice = 'auto' | 'webgpu' | 'wasm'

export type EngineState =
  /** Nothing was asked for yet. */
  | { phase: 'idle' }
  | { phase: 'loading'; progress?: Progress; notes: Status[] }
  | { phase: 'ready'; reranker: Reranker; notes: Status[]; times: LoadTimes }
  | { phase: 'failed'; error: unknown }

/** Milliseconds until the model's bytes were there, and until it answered the probe. */
export interface LoadTimes {
  files: number
  ready: number
}

/** What is known of one ranking, for whoever shows it elsewhere on the page. */
export interface RunFacts {
  page: 'Search' | 'Passages' | 'Views'
  pairs: number
  milliseconds: number
  depth: Depth
}

/** The page's one reranker: loads it, replaces it when another device is picked, and tells what it is doing. */
export class DemoEngine {
  state: EngineState = { phase: 'idle' }
  device: DeviceChoice = deviceChoice(readSetting('device'))
  /** Of this visit, newest first. */
  readonly runs: RunFacts[] = []
  readonly #listeners: ((state: EngineState) => void)[] = []
  #loading?: AbortController
  #depth = depthChoice(readSetting('depth'))

  /** @param model a name or a URL, as `createReranker` takes it; none: its default */
  constructor(readonly model?: string) {}

  /** Calls back now and at every change. */
  watch(listener: (state: EngineState) => void): void {
    this.#listeners.push(listener)
    listener(this.state)
  }

  /** The reranker, once it is there. */
  get reranker(): Reranker | undefined {
    return this.state.phase === 'ready' ? this.state.reranker : undefined
  }

  /** Encoder layers that rankings run, if not the model's own choice. */
  get depth(): Depth | undefined {
    return this.#depth
  }

  /** Loads the model anew for another depth. */
  set depth(depth: Depth) {
    this.#depth = depth
    writeSetting('depth', String(depth))
    void this.load()
  }

  /** What the model is loaded with. Whoever loads it with the same has the same worker. */
  get options(): Pick<CreateOptions, 'device' | 'depth'> & { model: string } {
    const { model = 'mvp-mini', device } = this
    return { model, device, ...(this.#depth === undefined ? {} : { depth: this.#depth }) }
  }

  ran(facts: Omit<RunFacts, 'depth'>): void {
    const depth = this.reranker?.info.depth
    if (depth === undefined) return
    this.runs.unshift({ ...facts, depth })
    this.runs.length = Math.min(this.runs.length, 8)
    this.#become(this.state)
  }

  /** Loads the model for a device, and lets go of what was loaded before. Never rejects: a failure becomes the state. */
  async load(device: DeviceChoice = this.device): Promise<void> {
    this.#loading?.abort()
    const loading = new AbortController()
    this.#loading = loading
    this.device = device
    writeSetting('device', device)
    const former = this.reranker
    const notes: Status[] = []
    this.#become({ phase: 'loading', notes })
    const tell = (state: EngineState) => {
      if (!loading.signal.aborted) this.#become(state)
    }
    const begin = performance.now()
    const times: LoadTimes = { files: 0, ready: 0 }
    try {
      await former?.dispose()
      // The library comes after the page is there and works by words.
      const { createReranker } = await import('../src/index.js')
      let progress: Progress | undefined
      const reranker = await createReranker({
        ...this.options,
        signal: loading.signal,
        onProgress: newest => {
          // Of a device that is replaced: nothing that the page waits for.
          if (this.state.phase === 'ready') return
          if (progress?.phase === 'download') times.files = performance.now() - begin
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
      times.ready = performance.now() - begin
      if (loading.signal.aborted) await reranker.dispose()
      else this.#become({ phase: 'ready', reranker, notes, times })
    } catch (error) {
      if (this.#depth !== undefined && error instanceof RerankError && error.code === 'unsupported') {
        // It was chosen for another model.
        this.#depth = undefined
        return this.load(device)
      }
      tell({ phase: 'failed', error })
    }
  }

  #become(state: EngineState): void {
    this.state = state
    for (const listener of this.#listeners) listener(state)
  }
}

function deviceChoice(kept: string | null): DeviceChoice {
  return kept === 'webgpu' || kept === 'wasm' ? kept : 'auto'
}

function depthChoice(kept: string | null): Depth | undefined {
  return kept === 'cascade' ? kept : Number(kept) || undefined
}
