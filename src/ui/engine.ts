import type { Progress, Reranker, Status } from '../client/types.js'
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
  pairs: number
  milliseconds: number
  depth: number
  /** The same pairs had been read before, so the time says nothing about the speed. */
  fromMemory: boolean
}

/** The page's one reranker: loads it, replaces it when another device is picked, and tells what it is doing. */
export class Engine {
  state: EngineState = { phase: 'idle' }
  device: DeviceChoice = deviceChoice(readSetting('device'))
  /** Of this visit, newest first. */
  readonly runs: RunFacts[] = []
  readonly #listeners: ((state: EngineState) => void)[] = []
  #loading?: AbortController
  #depth = Number(readSetting('depth')) || undefined

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

  /** Encoder layers that a ranking runs; undefined before the model is there. */
  get depth(): number | undefined {
    const info = this.reranker?.info
    if (!info) return undefined
    // What was chosen for another model may not be one of this one's.
    return this.#depth !== undefined && info.depths.includes(this.#depth) ? this.#depth : info.depth
  }

  set depth(depth: number) {
    this.#depth = depth
    writeSetting('depth', String(depth))
    this.#become(this.state)
  }

  ran(facts: RunFacts): void {
    this.runs.unshift(facts)
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
      const { createReranker } = await import('../index.js')
      let progress: Progress | undefined
      const reranker = await createReranker({
        device,
        ...(this.model === undefined ? {} : { model: this.model }),
        signal: loading.signal,
        onProgress: newest => {
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
