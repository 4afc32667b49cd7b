import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Page } from 'playwright/test'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import type * as Node from '../../src/node.js'
import { input, note, openElement, ranked, results, status, titles } from '../support/element.js'
import { startServer, type TestServer } from '../support/server.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 60_000 })

const BUILT = '../../dist/node.js'
const words = { src: '/search/' }
const many = { src: '/many/' }
const model = { ...words, model: '/models/mvp-mini/' }

/** Pages of a server's documentation in two versions, one of them in German too, and a page that belongs to all. */
const pages: Record<string, string> = {
  '4/server.md': `---\nversion: 4.x\nlanguage: en\n---\n# Server\n\n## bodyLimit\n\nThe largest payload that is accepted, in bytes. Version four counts compressed bytes.\n`,
  '5/server.md': `---\nversion: 5.x\nlanguage: en\n---\n# Server\n
## bodyLimit\n\nThe largest payload that is accepted, in bytes. Larger ones get an error of status 413.\n
## setErrorHandler\n\nTakes a function that is called when a route throws. It answers the request.\n
## close\n\nStops the server: no new connections are accepted, and running requests are finished first.\n
## ready\n\nResolves when all plugins are loaded and the server may accept requests.\n`,
  '5/hooks.md': `---\nversion: 5.x\nlanguage: en\n---\n# Hooks\n
## onClose\n\nCalled when the server stops. Close connections to a database here, before requests end.\n
## onError\n\nCalled when a route throws an error, before the error handler answers.\n`,
  '5/de/server.md': `---\nversion: 5.x\nlanguage: de\n---\n# Server\n\n## bodyLimit\n\nDie größte Anfrage, die angenommen wird, in Bytes.\n`,
  'licence.md': '# Licence\n\nThe server is free software. Its bodyLimit is yours to change.\n',
}

const plugins: Record<string, string> = Object.fromEntries(
  Array.from({ length: 90 }, (_, i) => [
    `plugins/${i}.md`,
    `# Plugin ${i}\n\n## Registering plugin ${i}\n\nA plugin of number ${i} is registered before the server listens.\n`,
  ]),
)

let folder = ''
let server: TestServer

test.beforeAll(async () => {
  test.setTimeout(300_000)
  folder = mkdtempSync(join(tmpdir(), 'element-'))
  for (const [name, text] of Object.entries(pages)) await write(join(folder, 'docs', name), text)
  for (const [name, text] of Object.entries(plugins)) await write(join(folder, 'many-docs', name), text)
  const { createReranker } = (await import(BUILT)) as typeof Node
  const reranker = await createReranker({ model: 'public/models/mvp-mini' })
  await buildIndex({
    sources: [{ from: join(folder, 'docs'), urls: { base: '/', links: 'clean' } }],
    out: join(folder, 'search'),
    embedder: {
      model: 'mvp-mini',
      weights: reranker.info.weights,
      width: 384,
      embed: texts => reranker.embed(texts),
    },
  })
  await reranker.dispose()
  await buildIndex({
    sources: [{ from: join(folder, 'many-docs'), urls: { base: '/', links: 'clean' } }],
    out: join(folder, 'many'),
    embedder: undefined,
  })
  server = await startServer({
    roots: [
      { prefix: '/search/', folder: join(folder, 'search') },
      { prefix: '/many/', folder: join(folder, 'many') },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
})

test.afterAll(async () => {
  await server?.close()
  if (folder) rmSync(folder, { recursive: true })
})

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}

async function open(page: Page, setUp: Record<string, string>): Promise<void> {
  await openElement(page, setUp, server.origin)
  await page.keyboard.press('/')
}

const heading = (page: Page) => page.locator('mvp-search .heading')
const links = (page: Page) =>
  page.locator('mvp-search a').evaluateAll(all => all.map(a => (a as HTMLAnchorElement).pathname))

test.describe('spelling', () => {
  test('the element shows a correction, and one click searches for the words as typed', async ({ page }) => {
    await open(page, words)
    await input(page).fill('setErorHandler')
    await expect(heading(page)).toContainText('Results for “setErrorHandler”')
    expect((await titles(page))[0]).toBe('setErrorHandler')
    await expect(status(page)).toContainText('Results for “setErrorHandler”')
    await input(page).fill('databse')
    await expect(heading(page)).toContainText('Results for “database”')
    await expect(results(page).first()).toContainText('onClose')
    await page.getByRole('button', { name: 'Search for “databse”' }).click()
    await expect(page.locator('mvp-search .message')).toContainText('Nothing found for “databse”')
    await expect(input(page)).toHaveValue('databse')
    // The next query is corrected again.
    await input(page).fill('databse ')
    await expect(heading(page)).toContainText('Results for “database')
  })

  test('the correction is what the model reads', async ({ page }) => {
    await open(page, model)
    await expect
      .poll(() => page.evaluate(() => window.events.some(({ detail }) => detail?.phase === 'ready')))
      .toBe(true)
    await input(page).fill('setErorHandler')
    await expect(note(page)).toHaveText(ranked)
    await expect(heading(page)).toContainText('Results for “setErrorHandler”')
    await expect(results(page).first()).toContainText('setErrorHandler')
    await page.getByRole('button', { name: 'Why this result? setErrorHandler' }).click()
    await expect(page.locator('mvp-search .why')).toContainText('Your search is its exact name, so it stays first.')
  })
})

test.describe('the page’s version and language', () => {
  const bodyLimit = async (page: Page) => {
    await input(page).fill('bodyLimit')
    await expect(results(page).first()).toBeVisible()
    return (await links(page)).toSorted()
  }

  test('are the filter, with a way out for each', async ({ page }) => {
    await open(page, { ...words, lang: 'en-GB', version: '5.x' })
    // A page without a version belongs to all.
    expect(await bodyLimit(page)).toEqual(['/5/server', '/licence'])
    await page.getByRole('button', { name: 'Version: 5.x' }).click()
    await expect.poll(() => links(page).then(all => all.toSorted())).toEqual(['/4/server', '/5/server', '/licence'])
    await page.getByRole('button', { name: 'Language: en' }).click()
    await expect
      .poll(() => links(page).then(all => all.toSorted()))
      .toEqual(['/4/server', '/5/de/server', '/5/server', '/licence'])
    await page.getByRole('combobox', { name: 'Version' }).selectOption('4.x')
    await expect.poll(() => links(page)).toEqual(['/4/server'])
  })

  test('come from meta tags too, and what the index does not have filters nothing', async ({ page }) => {
    await openElement(page, words, server.origin)
    await page.evaluate(() => {
      document.documentElement.lang = 'fr'
      document.head.insertAdjacentHTML('beforeend', '<meta name="docsearch:version" content="5.x,latest">')
    })
    await page.keyboard.press('/')
    expect(await bodyLimit(page)).toEqual(['/5/de/server', '/5/server', '/licence'])
    await expect(page.getByRole('button', { name: 'Version: 5.x' })).toBeVisible()
    await page.evaluate(() => {
      window.element.version = ''
    })
    await input(page).fill('bodyLimit ')
    await expect.poll(() => links(page).then(all => all.length)).toBe(4)
  })

  test('are left from the message that nothing was found', async ({ page }) => {
    await open(page, { ...words, lang: 'de' })
    await input(page).fill('setErrorHandler')
    await expect(page.locator('mvp-search .message')).toContainText('Nichts gefunden')
    await page.getByRole('button', { name: 'In allen Versionen und Sprachen suchen' }).click()
    await expect(results(page).first()).toContainText('setErrorHandler')
  })
})

test.describe('many results', () => {
  test('more are shown by the keyboard, which goes on at the first of them', async ({ page }) => {
    await open(page, many)
    await input(page).fill('plugin')
    await expect(results(page)).toHaveCount(20)
    await page.keyboard.press('ArrowUp')
    await expect(input(page)).toHaveAttribute('aria-activedescendant', 'more-0')
    const before = await titles(page)
    await page.keyboard.press('Enter')
    await expect(results(page)).toHaveCount(40)
    expect((await titles(page)).slice(0, 20)).toEqual(before)
    const first = await results(page).nth(20).getAttribute('id')
    await expect(input(page)).toHaveAttribute('aria-activedescendant', `${first}-0`)
    // Enter opens what the keyboard is at.
    await page.keyboard.press('ArrowUp')
    await expect(input(page)).toHaveAttribute(
      'aria-activedescendant',
      `${await results(page).nth(19).getAttribute('id')}-0`,
    )
  })

  test('all that match can be reached, each once, and a row under the pointer holds still', async ({ page }) => {
    await open(page, many)
    await input(page).fill('plugin')
    const more = page.getByRole('button', { name: 'More results' })
    for (const count of [40, 60, 80]) {
      await more.scrollIntoViewIfNeeded()
      const row = results(page).nth(count - 21)
      const place = (await row.boundingBox())!.y
      await more.click()
      await expect(results(page)).toHaveCount(count)
      expect((await row.boundingBox())!.y).toBeCloseTo(place, 0)
      await expect(status(page)).toHaveText(`${count} results`)
    }
    // A button that a click on it removes would be waited for: the list must have grown, or the button be gone, first.
    for (let count = 80; await more.isVisible(); ) {
      await more.click()
      await expect.poll(async () => (await results(page).count()) > count || !(await more.isVisible())).toBe(true)
      count = await results(page).count()
    }
    const all = await titles(page)
    expect(all.length).toBeGreaterThanOrEqual(90)
    expect(new Set(await results(page).evaluateAll(rows => rows.map(({ id }) => id))).size).toBe(all.length)
  })

  test('sections of a page stand below its best one', async ({ page }) => {
    await open(page, words)
    await input(page).fill('server requests')
    await expect(results(page).first()).toBeVisible()
    const pages = await links(page)
    expect(pages.slice(0, 2)).toEqual(['/5/server', '/5/server'])
    await expect(results(page).nth(0)).not.toHaveClass(/follows/)
    await expect(results(page).nth(1)).toHaveClass(/follows/)
    const heights = await results(page).evaluateAll(rows => rows.map(row => row.getBoundingClientRect().height))
    expect(new Set(heights).size).toBe(1)
  })
})

test.describe('a query without an answer', () => {
  test('the element says so and shows the nearest sections as such', async ({ page }) => {
    await open(page, model)
    await input(page).fill('best recipe for potato soup')
    await expect(note(page)).toHaveText(ranked)
    await expect(heading(page)).toContainText('No section seems to answer this. The nearest:')
    await expect(status(page)).toContainText('No section seems to answer this')
    await input(page).fill('how do I stop the server')
    await expect(note(page)).toHaveText(ranked)
    await expect(results(page).first()).toBeVisible()
    await expect(heading(page)).toHaveCount(0)
  })

  test('in letters that the model does not know is ordered by words, and says so', async ({ page }) => {
    await open(page, model)
    await expect
      .poll(() => page.evaluate(() => window.events.some(({ detail }) => detail?.phase === 'ready')))
      .toBe(true)
    await input(page).fill('サーバーを停止する方法 limit')
    await expect(note(page)).toHaveText('Ordered by words: the model does not know this language')
    await expect(results(page).first()).toContainText('bodyLimit')
  })
})
