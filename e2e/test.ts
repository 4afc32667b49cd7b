import { test as base } from 'playwright/test'
import { createServer } from 'vite'
import { startServer } from './server.js'

export { expect } from 'playwright/test'

interface Servers {
  /** The built demo at `/`, the built package at `/dist/`, an empty page at `/blank.html`; started once. */
  origin: string
  /** Vite's dev server over the sources, for tests that look inside; started when a test first asks for it. */
  devOrigin: string
}

/** Playwright's `test`, with the project's servers. `page.goto('/…')` goes to the built demo. */
export const test = base.extend<object, Servers>({
  origin: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern, also when there are none
    async ({}, use) => {
      const server = await startServer()
      await use(server.origin)
      await server.close()
    },
    { scope: 'worker' },
  ],
  devOrigin: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern, also when there are none
    async ({}, use) => {
      const server = await createServer({
        // A file that is edited while tests run must not reload their pages.
        server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
        logLevel: 'error',
      })
      await server.listen()
      await use(server.resolvedUrls!.local[0]!.replace(/\/$/, ''))
      await server.close()
    },
    { scope: 'worker' },
  ],
  baseURL: ({ origin }, use) => use(origin),
})
