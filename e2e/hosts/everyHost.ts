import { execFileSync } from 'node:child_process'
import type { DrivenBrowser } from '../browsers/drivenBrowser.js'
import { firefox } from '../browsers/firefox.js'
import { webkit } from '../browsers/webkit.js'
import { originalOrder } from '../support/oracleList.js'
import { expect, test } from '../support/test.js'
import { otherHosts, runtimes, usualHosts } from './hosts.js'
import { installedFor } from './install.js'
import { expectDrivenRankings, expectRankings, modesOf, runHost } from './runHost.js'
import { environment } from './server.js'

/** Beside Chromium. What is missing on this machine stays `–` in the table. */
const others = [firefox, webkit].filter(kind => kind.missing() === undefined)
const running = new Map<string, Promise<DrivenBrowser>>()

test.afterAll(async () => {
  for (const browser of running.values()) await (await browser).close()
  running.clear()
})

for (const host of [...usualHosts, ...otherHosts]) {
  test.describe(host.name, () => {
    const installed = installedFor(host)
    for (const mode of modesOf(host)) {
      test(mode, async ({ page }) => {
        note('version', installed().version)
        await runHost(installed(), host, mode, async origin => {
          const failures: unknown[] = []
          const tryIn = async (browser: string, check: () => Promise<void>) => {
            const failure = await check().then(
              () => undefined,
              error => ({ browser, error }),
            )
            note(browser, failure ? 'failed' : 'passed')
            if (failure) failures.push(failure)
          }
          await tryIn('Chromium', () => expectRankings(page, host, mode, origin))
          for (const kind of others) {
            await tryIn(kind.name, async () => {
              if (!running.has(kind.name)) running.set(kind.name, kind.launch())
              await expectDrivenRankings(await running.get(kind.name)!, kind.name, host, mode, origin)
            })
          }
          expect(failures).toEqual([])
        })
      })
    }
  })
}

for (const host of runtimes) {
  test.describe(host.name, () => {
    const installed = installedFor(host)
    test('run', () => {
      note('version', installed().version)
      const { folder, nodeFolder } = installed()
      const env = environment(folder, nodeFolder)
      const printed = execFileSync('sh', ['-c', host.run!], { cwd: folder, env, encoding: 'utf8' })
      expect(printed.trim()).toBe(originalOrder().join())
    })
  })
}

function note(type: string, description: string): void {
  test.info().annotations.push({ type, description })
}
