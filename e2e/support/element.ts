import { expect, type Locator, type Page } from 'playwright/test'
import type { Reranker } from '../../src/api/ranking.js'
import type { MvpSearch } from '../../src/element/mvpSearch.js'

/** A tiny model of random weights: the element's behaviour does not depend on the order. */
export const TINY = '/models/bert-relu-q8/'

declare global {
  interface Window {
    /** Of e2e/pages/element/page.js. */
    element: MvpSearch
    events: { name: string; detail: Record<string, unknown> }[]
    gated: (reranker: Reranker) => { release: () => void; reranker: Reranker }
    searchState: { delay: number; fail: boolean; queries: string[] }
    release: () => void
  }
}

/** Opens the page with the element; the address configures it. */
export async function openElement(page: Page, setUp: Record<string, string> = {}, origin = ''): Promise<void> {
  await page.goto(`${origin}/element/page.html?${new URLSearchParams(setUp)}`)
  await page.waitForFunction(() => window.element?.shadowRoot?.querySelector('button, input'))
}

/** Also opens its dialog, unless it is inline. */
export async function openDialog(page: Page, setUp: Record<string, string> = {}): Promise<void> {
  await openElement(page, setUp)
  if (setUp.inline === undefined) await page.keyboard.press('/')
}

/** Also enters a query and waits for results. */
export async function openWith(page: Page, query: string, setUp: Record<string, string> = {}): Promise<void> {
  await openDialog(page, setUp)
  await input(page).fill(query)
  await expect(results(page).first()).toBeVisible({ timeout: 30_000 })
}

export const input = (page: Page): Locator => page.locator('mvp-search input[role=combobox]')
export const results = (page: Page): Locator => page.locator('mvp-search .row:not(.simple)')
export const titles = (page: Page): Promise<string[]> => page.locator('mvp-search .title').allTextContents()
export const note = (page: Page): Locator => page.locator('mvp-search .note')
export const status = (page: Page): Locator => page.locator('mvp-search [role=status]')

/** A query that one of the sections answers. */
export const question = 'why does dough rise'

export const ranked = /passages? ranked in/

/** Gives the element a real reranker whose rankings wait until `window.release()`. */
export async function holdRankings(page: Page): Promise<void> {
  await page.evaluate(async model => {
    const url = '/dist/index.js'
    const { createReranker } = await import(url)
    const { release, reranker } = window.gated(await createReranker({ model, device: 'wasm' }))
    window.element.reranker = reranker
    window.release = release
  }, TINY)
}

/** The details of the element's events with this name. */
export const told = (page: Page, name: string): Promise<Record<string, unknown>[]> =>
  page.evaluate(name => window.events.filter(event => event.name === name).map(({ detail }) => detail), name)

export const dialogIsOpen = (page: Page) =>
  page.evaluate(() => window.element.shadowRoot!.querySelector('dialog')?.open ?? false)
/** The part of the element that has the focus, or another element of the page. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document
    return activeElement === window.element
      ? `search: ${window.element.shadowRoot!.activeElement?.getAttribute('part') ?? window.element.shadowRoot!.activeElement?.tagName}`
      : activeElement?.id || activeElement?.tagName
  })
