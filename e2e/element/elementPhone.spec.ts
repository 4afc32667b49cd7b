import type { Page } from 'playwright/test'
import { input, note, openElement, ranked, results, TINY, titles } from '../support/element.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 60_000 })

test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })

/** Rows that are fully visible, above the foot if it is below them, once they have glided to their places. */
function rowsSeen(page: Page): Promise<number> {
  return page.locator('mvp-search').evaluate(async element => {
    const root = element.shadowRoot!
    await Promise.allSettled(root.getAnimations().map(({ finished }) => finished))
    const foot = root.querySelector('.foot')!.getBoundingClientRect()
    const rows = [...root.querySelectorAll('.row')]
    const isAbove = rows.every(row => row.getBoundingClientRect().top >= foot.bottom)
    const bottom = foot.height > 0 && !isAbove ? Math.min(foot.top, innerHeight) : innerHeight
    return rows.filter(row => {
      const box = row.getBoundingClientRect()
      return box.top >= 0 && box.bottom <= bottom + 1
    }).length
  })
}

const screens = [
  { width: 390, height: 844, rows: 5 },
  { width: 320, height: 568, rows: 3 },
  // Landscape.
  { width: 844, height: 390, rows: 3 },
  // With a keyboard on half of the screen, in browsers that shrink the page for it.
  { width: 390, height: 422, rows: 3 },
]

for (const { width, height, rows } of screens) {
  test(`in the dialog at least ${rows} results are seen at ${width} × ${height}, words, path and passage each`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height })
    await openElement(page, { model: TINY })
    await page.getByRole('button', { name: 'Search' }).tap()
    await input(page).fill('flour and water')
    await expect(note(page)).toHaveText(ranked)
    expect(await rowsSeen(page)).toBeGreaterThanOrEqual(rows)
    for (const part of ['title', 'path', 'source', 'passage']) {
      await expect(results(page).first().locator(`[part=${part}]`)).toBeInViewport()
    }
  })

  test(`on the search page at least ${rows} results are seen at ${width} × ${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await page.goto(`/#model=${TINY}`)
    await input(page).tap()
    await input(page).fill('How do I stop the server')
    await expect(note(page)).toHaveText(ranked)
    expect(await rowsSeen(page)).toBeGreaterThanOrEqual(rows)
    await expect(input(page)).toBeInViewport()
  })
}

test('a search page that an address opens begins with field and results, at its top', async ({ page }) => {
  await page.goto(`/#q=close+the+server&model=${TINY}`)
  await expect(note(page)).toHaveText(ranked)
  expect(await page.evaluate(() => scrollY)).toBe(0)
  expect(await rowsSeen(page)).toBeGreaterThanOrEqual(4)
  await expect(page.getByRole('heading', { level: 1 })).toBeInViewport()
  await input(page).fill('')
  await expect(page.getByRole('list', { name: 'Example queries' })).toBeVisible()
})

test('the list ends above a keyboard that lies over the page, and can be scrolled to its end', async ({ page }) => {
  await openElement(page)
  await page.getByRole('button', { name: 'Search' }).tap()
  await input(page).fill('flour and water')
  await expect(results(page).first()).toBeVisible()
  await page.evaluate(() => {
    Object.defineProperty(visualViewport, 'height', { value: 400 })
    visualViewport!.dispatchEvent(new Event('resize'))
  })
  const dialog = page.locator('mvp-search dialog')
  await expect.poll(async () => (await dialog.boundingBox())!.height).toBe(400)
  await results(page).last().scrollIntoViewIfNeeded()
  const last = (await results(page).last().boundingBox())!
  expect(last.y + last.height).toBeLessThanOrEqual(400)
  expect((await input(page).boundingBox())!.y).toBeLessThan(10)
})

test('a long section that the index has in parts is one result', async ({ page }) => {
  await openElement(page, { model: TINY, split: '' })
  await page.getByRole('button', { name: 'Search' }).tap()
  await input(page).fill('flour and water')
  const once = async () => {
    const shown = await titles(page)
    expect(shown.length).toBeGreaterThan(3)
    expect([...new Set(shown)]).toEqual(shown)
  }
  await expect(results(page).first()).toBeVisible()
  await once()
  await expect(note(page)).toHaveText(ranked)
  await once()
})
