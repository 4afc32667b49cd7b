import { RerankError } from '../src/api/errors.js'
import type { CreateOptions, Depth, Progress, Reranker, Status } from '../src/index.js'
import { readSetting, writeSetting } from './settings.js'

export type DeviceChoice = 'auto' | 'webgpu' | 'wasm'

export type EngineState =
  /** Nothing was asked for yet. */
  | { phase: 'idle' }
  | { phase: 'loading'; progress?: Progress; notes: Status[] }
  | { phase: 'ready'; reranker: Reranker; notes: Status[]; times: LoadTimes }
  | { phase: 'failed'; error: unknown }

/** Milliseconds until the model's files were there, and until the model had passed its self-check. */
export interface LoadTimes {
  files: number
  ready: number
}

/** One ranking of this visit, for the device page. */
export interface RankingRecord {
  page: 'Search' | 'Passages' | 'Views'
  pairs: number
  milliseconds: number
  depth: Depth
}

/** The page's one reranker: loads it, replaces it when another device is chosen, and reports its state. */
export class DemoEngine {
  state: EngineState = { phase: 'idle' }
  device: DeviceChoice = deviceChoice(readSetting('device'))
  /** Rankings of this visit, newest first. */
  readonly rankings: RankingRecord[] = []
  readonly #listeners: ((state: EngineState) => void)[] = []
  #loading?: AbortController
  #depth = depthChoice(readSetting('depth'))

  /** @param model a name or a URL, as for `createReranker`; undefined: its default */
  constructor(readonly model?: string) {}

  /** Calls back now and at every change. */
  watch(listener: (state: EngineState) => void): void {
    this.#listeners.push(listener)
    listener(this.state)
  }

  /** The reranker, once it is loaded. */
  get reranker(): Reranker | undefined {
    return this.state.phase === 'ready' ? this.state.reranker : undefined
  }

  /** Number of encoder layers that rankings run; undefined: the model's own choice. */
  get depth(): Depth | undefined {
    return this.#depth
  }

  /** Loads the model anew for another depth. */
  set depth(depth: Depth) {
    this.#depth = depth
    writeSetting('depth', String(depth))
    void this.load()
  }

  /** Options that the model is loaded with. Rerankers with the same options share a worker. */
  get options(): Pick<CreateOptions, 'device' | 'depth'> & { model: string } {
    const { model = 'mvp-mini', device } = this
    return { model, device, ...(this.#depth === undefined ? {} : { depth: this.#depth }) }
  }

  /** @param record without a depth: the reranker's */
  recordRanking(record: Omit<RankingRecord, 'depth'> & Partial<RankingRecord>): void {
    const depth = this.reranker?.info.depth
    if (depth === undefined) return
    this.rankings.unshift({ depth, ...record })
    this.rankings.length = Math.min(this.rankings.length, 8)
    this.#setState(this.state)
  }

  /** Loads the model for a device and disposes of the former one. Never rejects: a failure becomes the state. */
  async load(device: DeviceChoice = this.device): Promise<void> {
    this.#loading?.abort()
    const loading = new AbortController()
    this.#loading = loading
    this.device = device
    writeSetting('device', device)
    const former = this.reranker
    const notes: Status[] = []
    this.#setState({ phase: 'loading', notes })
    const report = (state: EngineState) => {
      if (!loading.signal.aborted) this.#setState(state)
    }
    const begin = performance.now()
    const times: LoadTimes = { files: 0, ready: 0 }
    try {
      await former?.dispose()
      // The library is loaded after the page.
      const { createReranker } = await import('../src/index.js')
      let progress: Progress | undefined
      const reranker = await createReranker({
        ...this.options,
        signal: loading.signal,
        onProgress: newest => {
          // A lost device is being replaced: the page does not wait for that.
          if (this.state.phase === 'ready') return
          if (progress?.phase === 'download') times.files = performance.now() - begin
          progress = newest
          report({ phase: 'loading', progress, notes })
        },
        onStatus: status => {
          notes.push(status)
          // Devices can be lost, and recover, long after loading.
          report(
            this.state.phase === 'ready' ? this.state : { phase: 'loading', notes, ...(progress ? { progress } : {}) },
          )
        },
      })
      times.ready = performance.now() - begin
      if (loading.signal.aborted) await reranker.dispose()
      else this.#setState({ phase: 'ready', reranker, notes, times })
    } catch (error) {
      if (this.#depth !== undefined && error instanceof RerankError && error.code === 'unsupported') {
        // The depth was chosen for another model.
        this.#depth = undefined
        return this.load(device)
      }
      report({ phase: 'failed', error })
    }
  }

  #setState(state: EngineState): void {
    this.state = state
    for (const listener of this.#listeners) listener(state)
  }
}

function deviceChoice(stored: string | null): DeviceChoice {
  return stored === 'webgpu' || stored === 'wasm' ? stored : 'auto'
}

function depthChoice(stored: string | null): Depth | undefined {
  return stored === 'cascade' ? stored : Number(stored) || undefined
}
