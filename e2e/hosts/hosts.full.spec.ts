import { input, note, ranked, results } from '../support/element.js'
import { expect, test } from '../support/test.js'
import { usualHosts } from './hosts.js'
import { type Installed, installHosts } from './install.js'
import { expectRankings, runHost } from './runHost.js'

let installed: Installed

test.beforeAll(() => {
  installed = installHosts(usualHosts)
})

test.afterAll(() => installed?.remove())

for (const host of usualHosts) {
  for (const mode of ['development', 'build'] as const) {
    test(`${host.name}, ${mode}: both workers start and answer`, async ({ page }) => {
      await runHost(installed, host, mode, origin => expectRankings(page, host, origin))
    })
  }
}

for (const host of usualHosts.filter(({ fixture }) => fixture === 'vite')) {
  for (const mode of ['development', 'build'] as const) {
    test(`${host.name}, ${mode}: the search element finds its client`, async ({ page }) => {
      await runHost(installed, host, mode, async origin => {
        await page.goto(`${origin}/app/element.html`)
        await input(page).fill('yeast')
        await expect(results(page)).toHaveCount(2)
        await expect(note(page)).toHaveText(ranked, { timeout: 60_000 })
      })
    })
  }
}
