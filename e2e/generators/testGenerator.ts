import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runCommand, serveByCommand } from '../hosts/server.js'
import { note, ranked } from '../support/element.js'
import { startServer, type TestServer } from '../support/server.js'
import { expect, test } from '../support/test.js'
import type { Generator } from './generator.js'
import { type InstalledGenerator, installGenerator } from './installGenerator.js'
import { expectFound, follow, leave, openSearch, search } from './openSearch.js'
import { siteErrors } from './siteErrors.js'

const OLD = 'Flour, first edition'
const OLD_GERMAN = 'Mehl, erste Auflage'

/** The tests of one generator. Their titles are columns of the table in docs/GENERATORS.md. */
export function testGenerator(generator: Generator): void {
  const { base, pages, develop, darken } = generator
  test.describe(generator.name, () => {
    let installed: InstalledGenerator
    let built: Promise<TestServer> | undefined
    const site = async (path: string) => {
      built ??= buildAndServe(generator, installed)
      return `${(await built).origin}${base}${path}`
    }

    if (generator.command) test.skip(!commandExists(generator.command), `${generator.command} is not installed`)
    test.beforeAll(() => {
      // Docusaurus comes with 1,200 packages.
      test.setTimeout(30 * 60_000)
      installed = installGenerator(generator)
    })
    test.afterAll(async () => {
      await (await built)?.close()
      installed?.remove()
    })
    test.beforeEach(() => {
      test.info().annotations.push({ type: 'version', description: installed.version })
    })

    // A recipe has no part in the development server.
    const inDevelopment = develop === undefined ? test.skip : test

    inDevelopment('before a build', async ({ page }) => {
      const errors = siteErrors(page)
      await serveInDevelopment(develop!, installed, async origin => {
        await page.goto(`${origin}${base}${pages.start}`)
        await expect(page.getByText('Search: build the site once').first()).toBeVisible({ timeout: 60_000 })
        expect(errors, 'console').toEqual([])
      })
    })

    test('find and follow', async ({ page }) => {
      const errors = siteErrors(page)
      await openSearch(page, await site(pages.start))
      await expectFound(page, 'rancid', 'Flour', [OLD, OLD_GERMAN, 'Mehl', 'Hidden'])
      await expect(note(page)).toHaveText(ranked, { timeout: 90_000 })
      await follow(page, 'Flour')
      await page.waitForURL(url => url.pathname === `${base}${pages.flour}`)
      await page.reload()
      await expect(page.locator('mvp-search')).not.toHaveAttribute('theme', 'dark')
      if (darken) {
        await darken(page)
        await expect(page.locator('mvp-search')).toHaveAttribute('theme', 'dark')
      }
      expect(errors, 'console').toEqual([])
    })

    test('another language', async ({ page }) => {
      const errors = siteErrors(page)
      await openSearch(page, await site(pages.german))
      await expectFound(page, 'Khorasan', 'Mehl', ['Flour', OLD, OLD_GERMAN, 'Hidden'])
      await leave(page, 'Sprache')
      await follow(page, 'Flour')
      // A router keeps the search as the visitor left it.
      await page.reload()
      await search(page)
      await expectFound(page, 'Khorasan', 'Flour', ['Mehl', OLD, OLD_GERMAN, 'Hidden'])
      expect(errors, 'console').toEqual([])
    })

    test('another version', async ({ page }) => {
      const errors = siteErrors(page)
      await openSearch(page, await site(pages.old))
      await expectFound(page, 'Khorasan', OLD, ['Flour', 'Mehl', OLD_GERMAN, 'Hidden'])
      await leave(page, 'Version')
      await follow(page, 'Flour')
      // A router keeps the search as the visitor left it.
      await page.reload()
      await search(page)
      await expectFound(page, 'Khorasan', 'Flour', ['Mehl', OLD, OLD_GERMAN, 'Hidden'])
      expect(errors, 'console').toEqual([])
    })

    inDevelopment('served in development', async ({ page }) => {
      await site('')
      const errors = siteErrors(page)
      await serveInDevelopment(develop!, installed, async origin => {
        await openSearch(page, `${origin}${base}${pages.start}`)
        await expectFound(page, 'rancid', 'Flour', [OLD, OLD_GERMAN, 'Mehl', 'Hidden'])
        await follow(page, 'Flour')
        expect(errors, 'console').toEqual([])
      })
    })
  })
}

function commandExists(command: string): boolean {
  return spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
}

async function buildAndServe(
  { build, output, base }: Generator,
  { folder, env }: InstalledGenerator,
): Promise<TestServer> {
  runCommand(build, folder, env)
  return startServer({ roots: [{ prefix: base, folder: join(folder, output) }] })
}

async function serveInDevelopment(
  command: string,
  { folder, env }: InstalledGenerator,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const server = await serveByCommand(command, folder, env)
  try {
    await use(server.origin)
  } finally {
    await server.close()
  }
}
