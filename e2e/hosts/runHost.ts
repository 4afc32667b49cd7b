import { join } from 'node:path'
import { expect, type Page } from 'playwright/test'
import type { DrivenBrowser } from '../browsers/drivenBrowser.js'
import { consoleErrors } from '../support/consoleErrors.js'
import type { Host, Mode } from './host.js'
import type { Installed } from './install.js'
import { environment, runCommand, serveByCommand, serveFolder } from './server.js'
import { expectedOutcome } from './site.js'

/** What of a host can be run. */
export function modesOf({ develop, serve }: Host): Mode[] {
  return [...(develop ? (['development'] as const) : []), ...(serve ? (['build'] as const) : [])]
}

/** Starts a host's development server, or builds its site and serves that, while `use` runs. */
export async function runHost(
  installed: Installed,
  host: Host,
  mode: Mode,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const { folder } = installed
  const env = environment(folder, installed.nodeFolder)
  if (host.prepare) runCommand(host.prepare, folder, env)
  if (mode === 'build') runCommand(host.build!, folder, env)
  const serve = mode === 'build' ? host.serve! : host.develop!
  const server =
    typeof serve === 'string' ? await serveByCommand(serve, folder, env) : await serveFolder(join(folder, serve.folder))
  try {
    await use(server.origin)
  } finally {
    await server.close()
  }
}

/** Each of the host's pages ranks and searches as it should, and its console stays clean. */
export async function expectRankings(
  page: Page,
  { pages = [''], singleThreaded = [] }: Host,
  mode: Mode,
  origin: string,
): Promise<void> {
  const found = consoleErrors(page)
  for (const path of pages) {
    await page.goto(`${origin}/${path}`)
    await expect(page.locator('body')).toHaveAttribute('data-outcome', /./, { timeout: 90_000 })
    await expect(page.locator('body')).toHaveAttribute(
      'data-outcome',
      expectedOutcome(singleThreaded.includes(mode) ? 1 : 2),
    )
  }
  expect(found, 'console').toEqual([])
}

/** The same in a browser that Playwright cannot drive, whose console is not read. */
export async function expectDrivenRankings(
  browser: DrivenBrowser,
  name: string,
  { pages = [''], singleThreaded = [] }: Host,
  mode: Mode,
  origin: string,
): Promise<void> {
  const tab = await browser.openTab()
  try {
    for (const path of pages) {
      await tab.goto(`${origin}/${path}`)
      await tab.until(() => document.body.dataset.outcome)
      // WebKitGTK has no memory that threads could share.
      const threads = singleThreaded.includes(mode) || name === 'WebKitGTK' ? 1 : 2
      expect(await tab.evaluate(() => document.body.dataset.outcome)).toBe(expectedOutcome(threads))
    }
  } finally {
    await tab.close()
  }
}
