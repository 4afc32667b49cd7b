import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { input, results } from '../support/element.js'
import { startServer, type TestServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

/** The model is loaded beside other work. */
const expect = expectSoon.configure({ timeout: 120_000 })

/** `npm run docs:build` makes it; `npm run test:full` does so before these tests. */
const SITE = '.cache/docs/site'

let server: TestServer

test.beforeAll(async () => {
  expect(existsSync(join(SITE, 'search/index.json')), 'npm run docs:build').toBe(true)
  server = await startServer({ roots: [{ prefix: '/', folder: SITE }] })
})

test.afterAll(() => server?.close())

test("the site's search box finds a page by a question, and follows the result", async ({ page }) => {
  await page.goto(`${server.origin}/`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/mvp-rerank/)
  await page.locator('mvp-search').getByRole('button', { name: 'Search' }).first().click()
  await input(page).fill('with the network off, and with all threads')
  await expect(results(page).first()).toContainText(/network off/i)
  await expect(page.locator('mvp-search [part~=note]')).toContainText('ranked in')
  await page.locator('mvp-search [part~=link]').first().click()
  await expect(page).toHaveURL(/\/offline\.html/)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/network off/)
})

test('the search box knows the API reference, and follows dark mode', async ({ page }) => {
  await page.goto(`${server.origin}/api/mvp-rerank.html`)
  const box = page.locator('mvp-search')
  await expect(box).toHaveAttribute('theme', 'light')
  await page.getByRole('switch').first().click()
  await expect(box).toHaveAttribute('theme', 'dark')
  await box.getByRole('button', { name: 'Search' }).first().click()
  await input(page).fill('hammingDistances')
  await expect(page.locator('mvp-search [part~=link]').first()).toHaveAttribute('href', /\/api\/.*#.*hammingdistances/)
})

test('every link of the site leads to a page and a heading', () => {
  const pages = readdirSync(SITE, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.html'))
  const html = new Map(pages.map(file => [file.replaceAll('\\', '/'), readFileSync(join(SITE, file), 'utf8')]))
  const ids = new Map([...html].map(([file, text]) => [file, new Set(idsOf(text))]))
  expect(html.size).toBeGreaterThan(25)
  const broken = [...html].flatMap(([file, text]) =>
    linksOf(text)
      .filter(link => !/^(?:[a-z]+:|\/\/)/i.test(link))
      .filter(link => {
        const [path, fragment] = link.split('#') as [string, string?]
        const target = path === '' ? file : posix.join(path.startsWith('/') ? '.' : posix.dirname(file), path)
        const found = [target, `${target}.html`, posix.join(target, 'index.html')].find(isFile)
        return !found || (fragment && ids.get(found)?.has(decodeURIComponent(fragment)) === false)
      })
      .map(link => `${file}: ${link}`),
  )
  expect([...new Set(broken)]).toEqual([])
})

function isFile(path: string): boolean {
  return existsSync(join(SITE, path)) && /\.\w+$/.test(path)
}

function linksOf(html: string): string[] {
  const tags = html.match(/<(?:a|img|link|script)\s[^>]*>/g) ?? []
  return tags.flatMap(tag =>
    [...tag.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => link!.replaceAll('&amp;', '&')),
  )
}

function idsOf(html: string): string[] {
  return [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id!.replaceAll('&amp;', '&'))
}
