/**
 * The part of a service worker's global scope that is used here. TypeScript's own types of it conflict with those of
 * pages.
 */
export interface ServiceWorkerScope {
  readonly registration: Pick<ServiceWorkerRegistration, 'scope' | 'update'>
  readonly clients: {
    claim(): Promise<void>
    matchAll(options: { includeUncontrolled: boolean }): Promise<readonly { postMessage(message: unknown): void }[]>
  }
  readonly location: { href: string }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
}

export interface ExtendableEvent {
  waitUntil(work: Promise<unknown>): void
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request
  respondWith(response: Response | Promise<Response>): void
}
