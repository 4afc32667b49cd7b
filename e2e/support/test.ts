import { test as base, expect } from 'playwright/test'
import { createServer } from 'vite'
import { foreignRequests } from './foreignRequests.js'
import { startServer, testOrigins } from './server.js'

export { expect }

interface Servers {
  /** The built demo at `/`, the built package at `/dist/`, an empty page at `/blank.html`; started once. */
  origin: string
  /** Vite's dev server over the sources, for tests of internals; started on first use. */
  devOrigin: string
}

interface Options {
  /**
   * Whether the test gives the page the address of another test server, to load a model or a worker from.
   */
  otherOrigins: boolean
}

/**
 * Playwright's `test`, with the project's servers. `page.goto('/…')` goes to the built demo. A request to any other
 * origin than the page's own fails the test.
 */
export const test = base.extend<Options, Servers>({
  otherOrigins: [false, { option: true }],
  context: async ({ context, otherOrigins }, use) => {
    const requested = foreignRequests(context)
    await use(context)
    expect(requested(otherOrigins ? testOrigins : undefined), 'requests to other origins').toEqual([])
  },
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
        // Editing a file during a test must not reload its page.
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
