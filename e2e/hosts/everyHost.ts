import { execFileSync } from 'node:child_process'
import { originalOrder } from '../support/oracleList.js'
import { expect, test } from '../support/test.js'
import type { Host } from './host.js'
import { otherHosts, runtimes, usualHosts } from './hosts.js'
import { type Installed, installHosts } from './install.js'
import { expectRankings, modesOf, runHost } from './runHost.js'
import { environment } from './server.js'

for (const host of [...usualHosts, ...otherHosts]) {
  test.describe(host.name, () => {
    const installed = installedFor(host)
    for (const mode of modesOf(host)) {
      test(mode, async ({ page }) => {
        test.info().annotations.push({ type: 'version', description: installed().version(host) })
        await runHost(installed(), host, mode, origin => expectRankings(page, host, mode, origin))
      })
    }
  })
}

for (const host of runtimes) {
  test.describe(host.name, () => {
    const installed = installedFor(host)
    test('run', () => {
      test.info().annotations.push({ type: 'version', description: installed().version(host) })
      const folder = installed().folder(host)
      const env = environment(folder, installed().nodeFolder(host))
      const printed = execFileSync('sh', ['-c', host.run!], { cwd: folder, env, encoding: 'utf8' })
      expect(printed.trim()).toBe(originalOrder().join())
    })
  })
}

/** Installs a host before its tests, and removes it after them. */
function installedFor(host: Host): () => Installed {
  let installed: Installed | undefined
  test.beforeAll(() => {
    installed = installHosts([host])
  })
  test.afterAll(() => installed?.remove())
  return () => installed!
}
