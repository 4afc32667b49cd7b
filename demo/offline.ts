import type { PageMessage, WorkerMessage } from '../src/offline/siteFiles.js'
import { trustedWorkerUrl } from '../src/threads/trustedTypes.js'

export type OfflineState =
  /** No service worker: the browser or the address allows none, or this is the dev server. */
  | { phase: 'none' }
  | { phase: 'installing' }
  /** The app is kept: it opens without a network. */
  | { phase: 'kept' }
  /** The app is kept, and a newer version waits for a reload. */
  | { phase: 'update' }
  | { phase: 'failed'; reason: string }

const RELOADED = 'mvp-rerank-reloaded'

/** How long the first installation may keep the model waiting; after that it loads without. In milliseconds. */
const ACTIVATION_WAIT_MS = 15_000

/** A tab that stays open asks for a newer version so often, when it is looked at. In milliseconds. */
const UPDATE_EVERY = 3_600_000

/** The page's side of the service worker: registers it, makes the page isolated by one reload, and brings updates. */
export class Offline {
  state: OfflineState = { phase: 'none' }
  /** A file could not be kept; why. */
  unkept: string | undefined
  readonly #listeners: (() => void)[] = []
  #registration: ServiceWorkerRegistration | undefined
  #touched = false

  constructor() {
    addEventListener('input', () => (this.#touched = true), { capture: true, once: true })
  }

  watch(listener: () => void): void {
    this.#listeners.push(listener)
    listener()
  }

  /** Resolves once the page is served by the service worker, or will not be: workers that start later are served by it too. */
  async start(script: URL): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
    if (!import.meta.env.PROD || !workers) return
    const controlled = workers.controller !== null
    this.#become(controlled ? { phase: 'kept' } : { phase: 'installing' })
    workers.addEventListener('message', ({ data }) => this.#hear(data as Partial<WorkerMessage>))
    try {
      const registration = await workers.register(trustedWorkerUrl(script.href))
      this.#registration = registration
      this.#watchUpdates(workers, registration, controlled)
      if (!controlled) await this.#untilControlled(workers, registration)
    } catch (error) {
      this.#become({ phase: 'failed', reason: error instanceof Error ? error.message : String(error) })
    }
    if (workers.controller && this.#reloadToIsolate()) await new Promise<never>(() => {})
  }

  /** Goes over to the newer version, in all tabs: each reloads. */
  update(): void {
    this.#registration?.waiting?.postMessage({ mvpRerank: 'activate' } satisfies PageMessage)
  }

  /** The app is kept no longer; what is loaded goes on working. */
  async remove(): Promise<void> {
    await this.#registration?.unregister()
    this.#become({ phase: 'none' })
  }

  #become(state: OfflineState): void {
    this.state = state
    for (const listener of this.#listeners) listener()
  }

  #hear({ mvpRerank, reason }: Partial<WorkerMessage>): void {
    if (mvpRerank !== 'not-kept') return
    this.unkept = reason
    this.#become(this.state)
  }

  async #untilControlled(workers: ServiceWorkerContainer, registration: ServiceWorkerRegistration): Promise<void> {
    const { installing, waiting, active } = registration
    const coming = installing ?? waiting
    await new Promise<void>(resolve => {
      const done = (state: OfflineState) => {
        this.#become(state)
        resolve()
      }
      workers.addEventListener('controllerchange', () => done({ phase: 'kept' }), { once: true })
      coming?.addEventListener('statechange', () => {
        if (coming.state === 'redundant')
          done({ phase: 'failed', reason: 'Its files could not all be fetched or kept.' })
      })
      // It is there already, and this page came past it: it was just being installed, or the page was reloaded with Shift.
      if (!coming) active?.postMessage({ mvpRerank: 'claim' } satisfies PageMessage)
      if (workers.controller) done({ phase: 'kept' })
      setTimeout(resolve, ACTIVATION_WAIT_MS)
    })
  }

  #watchUpdates(workers: ServiceWorkerContainer, registration: ServiceWorkerRegistration, controlled: boolean): void {
    let served = controlled
    const look = (worker: ServiceWorker | null) => {
      if (worker?.state === 'installed' && workers.controller) this.#become({ phase: 'update' })
    }
    look(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const { installing } = registration
      installing?.addEventListener('statechange', () => look(installing))
    })
    workers.addEventListener('controllerchange', () => {
      // A page goes on with the version that it began with, so another one means to begin again. What was typed is kept (`keptText.ts`).
      if (served) location.reload()
      served = true
    })
    let asked = Date.now()
    document.addEventListener('visibilitychange', () => {
      if (document.hidden || Date.now() - asked < UPDATE_EVERY) return
      asked = Date.now()
      registration.update().catch(() => undefined)
    })
  }

  /** Threads need headers; where the host sends none, the service worker does, from the next load on. Once a tab, and never under someone's hands. */
  #reloadToIsolate(): boolean {
    const { userActivation } = navigator as Navigator & { userActivation?: UserActivation }
    if (crossOriginIsolated || this.#touched || (userActivation?.hasBeenActive ?? true)) return false
    try {
      if (sessionStorage.getItem(RELOADED)) return false
      sessionStorage.setItem(RELOADED, '1')
    } catch {
      // It could not be known that this was the only reload.
      return false
    }
    location.reload()
    return true
  }
}
