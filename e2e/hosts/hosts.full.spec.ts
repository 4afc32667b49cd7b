import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { chromium } from 'playwright/test'
import { launchOptions } from '../support/chromium.js'
import { input, note, ranked, results } from '../support/element.js'
import { expect, test } from '../support/test.js'
import { extension, usualHosts } from './hosts.js'
import { installedFor } from './install.js'
import { expectRankings, modesOf, runHost } from './runHost.js'
import { environment, runCommand } from './server.js'

for (const host of usualHosts) {
  test.describe(host.name, () => {
    const installed = installedFor(host)
    for (const mode of modesOf(host)) {
      test(`${mode}: both workers start and answer`, async ({ page }) => {
        await runHost(installed(), host, mode, origin => expectRankings(page, host, mode, origin))
      })
    }

    if (host.fixture === 'vite') {
      test('development: the search element finds its client', async ({ page }) => {
        await runHost(installed(), host, 'development', async origin => {
          await page.goto(`${origin}/app/element.html`)
          await input(page).fill('yeast')
          await expect(results(page)).toHaveCount(2)
          await expect(note(page)).toHaveText(ranked, { timeout: 60_000 })
        })
      })
    }
  })
}

test.describe(extension.name, () => {
  const installed = installedFor(extension)
  test('both workers start and answer', async () => {
    const folder = installed().folder
    runCommand(extension.build!, folder, environment(folder))
    const built = join(folder, 'dist')
    const { args, ...options } = launchOptions(false)
    const context = await chromium.launchPersistentContext('', {
      ...options,
      args: [...args!, `--disable-extensions-except=${built}`, `--load-extension=${built}`],
    })
    try {
      await expectRankings(await context.newPage(), extension, 'build', `chrome-extension://${extensionId(built)}`)
    } finally {
      await context.close()
    }
  })
})

/** Chromium names an extension that is loaded from a folder by the folder's path, in letters from a to p. */
function extensionId(folder: string): string {
  const digits = createHash('sha256').update(folder).digest('hex').slice(0, 32)
  return [...digits].map(digit => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16))).join('')
}
