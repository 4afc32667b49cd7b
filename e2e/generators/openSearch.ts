import { expect, type Page } from 'playwright/test'
import { input, titles } from '../support/element.js'

/** Opens a page of a generator's site, and its search. */
export async function openSearch(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await search(page)
}

/** Opens the search of the page that is shown, as the button in the theme's place for search does. */
export async function search(page: Page): Promise<void> {
  await page.locator('mvp-search [part=button]').click()
  await expect(input(page)).toBeVisible()
}

/**
 * Types a query and waits for its results. Meaning may find other sections below the first.
 * @param first the title of the best
 * @param none titles that must not be found
 */
export async function expectFound(page: Page, query: string, first: string, none: readonly string[]): Promise<void> {
  await input(page).fill(query)
  await expect.poll(async () => (await titles(page))[0]?.trim(), { timeout: 60_000 }).toBe(first)
  for (const title of await titles(page)) expect(none).not.toContain(title.trim())
}

/** Follows the result with this title. */
export async function follow(page: Page, title: string): Promise<void> {
  await page
    .locator('mvp-search .row:not(.simple) a')
    .filter({ has: page.getByText(title, { exact: true }) })
    .first()
    .click()
  await expect(page.locator('h1').getByText(title)).toBeVisible()
}

/** Searches beyond the page's language or version. */
export async function leave(page: Page, name: 'Language' | 'Version' | 'Sprache'): Promise<void> {
  await page.locator('mvp-search [part=context]').filter({ hasText: name }).click()
}
