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

const RELOADED_KEY = 'mvp-rerank-reloaded'

/** The model waits so long for the first installation, in milliseconds; after that it loads without. */
const ACTIVATION_WAIT_MS = 15_000

/** An open tab that becomes visible looks for a newer version after this time, in milliseconds. */
const UPDATE_EVERY_MS = 3_600_000

/** The page's side of the service worker: registers it, makes the page isolated by one reload, and brings updates. */
export class Offline {
  state: OfflineState = { phase: 'none' }
  /** Why a file could not be kept, if one could not. */
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

  /**
   * Resolves once the service worker serves the page, or if it will not. Workers that start later are served by it too.
   */
  async start(script: URL): Promise<void> {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
    if (!import.meta.env.PROD || !workers) return
    const controlled = workers.controller !== null
    this.#setState(controlled ? { phase: 'kept' } : { phase: 'installing' })
    workers.addEventListener('message', ({ data }) => this.#receive(data as Partial<WorkerMessage>))
    try {
      const registration = await workers.register(trustedWorkerUrl(script.href))
      this.#registration = registration
      this.#watchUpdates(workers, registration, controlled)
      if (!controlled) await this.#untilControlled(workers, registration)
    } catch (error) {
      this.#setState({ phase: 'failed', reason: error instanceof Error ? error.message : String(error) })
    }
    if (workers.controller && this.#reloadToIsolate()) await new Promise<never>(() => {})
  }

  /** Activates the newer version; all tabs reload. */
  update(): void {
    this.#registration?.waiting?.postMessage({ mvpRerank: 'activate' } satisfies PageMessage)
  }

  /** Keeps the app no longer. This page goes on working until it is closed. */
  async remove(): Promise<void> {
    await this.#registration?.unregister()
    this.#setState({ phase: 'none' })
  }

  #setState(state: OfflineState): void {
    this.state = state
    for (const listener of this.#listeners) listener()
  }

  #receive({ mvpRerank, reason }: Partial<WorkerMessage>): void {
    if (mvpRerank !== 'not-kept') return
    this.unkept = reason
    this.#setState(this.state)
  }

  async #untilControlled(workers: ServiceWorkerContainer, registration: ServiceWorkerRegistration): Promise<void> {
    const { installing, waiting, active } = registration
    const coming = installing ?? waiting
    await new Promise<void>(resolve => {
      const done = (state: OfflineState) => {
        this.#setState(state)
        resolve()
      }
      workers.addEventListener('controllerchange', () => done({ phase: 'kept' }), { once: true })
      coming?.addEventListener('statechange', () => {
        if (coming.state === 'redundant')
          done({ phase: 'failed', reason: 'Its files could not all be fetched or kept.' })
      })
      // The service worker is active but does not control this page: it was installed a moment ago, or the page was
      // reloaded with Shift.
      if (!coming) active?.postMessage({ mvpRerank: 'claim' } satisfies PageMessage)
      if (workers.controller) done({ phase: 'kept' })
      setTimeout(resolve, ACTIVATION_WAIT_MS)
    })
  }

  #watchUpdates(workers: ServiceWorkerContainer, registration: ServiceWorkerRegistration, controlled: boolean): void {
    let served = controlled
    const look = (worker: ServiceWorker | null) => {
      if (worker?.state === 'installed' && workers.controller) this.#setState({ phase: 'update' })
    }
    look(registration.waiting)
    registration.addEventListener('updatefound', () => {
      const { installing } = registration
      installing?.addEventListener('statechange', () => look(installing))
    })
    workers.addEventListener('controllerchange', () => {
      // A page cannot mix files of two versions, so it reloads for a newer one. `persistInput.ts` keeps what was typed.
      if (served) location.reload()
      served = true
    })
    let asked = Date.now()
    document.addEventListener('visibilitychange', () => {
      if (document.hidden || Date.now() - asked < UPDATE_EVERY_MS) return
      asked = Date.now()
      registration.update().catch(() => undefined)
    })
  }

  /**
   * Threads need headers. Where the host sends none, the service worker does, from the next load on. Reloads once in a
   * tab, and never after the visitor has used the page.
   */
  #reloadToIsolate(): boolean {
    const { userActivation } = navigator as Navigator & { userActivation?: UserActivation }
    if (crossOriginIsolated || this.#touched || (userActivation?.hasBeenActive ?? true)) return false
    try {
      if (sessionStorage.getItem(RELOADED_KEY)) return false
      sessionStorage.setItem(RELOADED_KEY, '1')
    } catch {
      // Without storage, the page could reload for ever.
      return false
    }
    location.reload()
    return true
  }
}
