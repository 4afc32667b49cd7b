import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../support/chromium.js'
import { expect, test } from '../support/test.js'

interface Icon {
  src: string
  sizes: string
  type: string
  purpose: string
}

/** Width and height of a PNG, from its header. */
function sizeOf(png: Buffer): string {
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`
}

test('the browser finds nothing that keeps the app from being installed', async ({ origin }) => {
  // Of a profile on disk: what is opened in private cannot be installed.
  const profile = mkdtempSync(join(tmpdir(), 'profile-'))
  const context = await chromium.launchPersistentContext(profile, launchOptions(false))
  const page = await context.newPage()
  await page.goto(`${origin}/#model=/models/bert-relu-q8/`)
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const devtools = await context.newCDPSession(page)
  const { errors, url, data } = await devtools.send('Page.getAppManifest')
  expect(errors).toEqual([])
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
  expect(installabilityErrors).toEqual([])

  const manifest: { start_url: string; icons: Icon[] } = JSON.parse(data!)
  // Both shapes that launchers ask for, in both sizes.
  const sizes = (wanted: string) => manifest.icons.filter(({ purpose }) => purpose === wanted).map(({ sizes }) => sizes)
  expect(sizes('any')).toEqual(expect.arrayContaining(['192x192', '512x512']))
  expect(sizes('maskable')).toEqual(expect.arrayContaining(['192x192', '512x512']))
  for (const { src, sizes, type } of manifest.icons) {
    if (type === 'image/png') expect(sizeOf(readFileSync(join('dist-site', src)))).toBe(sizes)
  }
  await context.setOffline(true)
  const start = await page.goto(new URL(manifest.start_url, url).href)
  expect(start!.status()).toBe(200)
  expect(start!.fromServiceWorker()).toBe(true)
  await expect(page.locator('h1:visible')).toHaveText('Ask the docs in your own words')
  await context.close()
  rmSync(profile, { recursive: true })
})
