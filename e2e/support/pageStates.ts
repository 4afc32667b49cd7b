import type { Page } from 'playwright/test'
import { expect as expectSoon } from './test.js'

/** Slow machines load the runtime and a model in tens of seconds. */
const expect = expectSoon.configure({ timeout: 60_000 })

/** A tiny model of random weights: the look of a state does not depend on the order. */
export const tiny = 'model=/models/bert-relu-q8/'
const question = 'How do I stop the server without dropping requests'

export interface State {
  name: string
  reach: (page: Page) => Promise<void>
}

export const go = async (page: Page, name: string) => {
  await page.getByRole('navigation').getByRole('link', { name, exact: true }).click()
}

/** Visited in this order on one page, so the model is loaded once. */
export const states: State[] = [
  { name: 'search', reach: page => expect(page.locator('#engine')).toHaveAttribute('data-phase', 'ready') },
  {
    name: 'search-ranked',
    reach: async page => {
      // By keys: what folds away when a visitor types moves what is below it, and browsers do not count that as a jump.
      await page.getByRole('combobox', { name: 'Search' }).pressSequentially(question)
      await expect(page.locator('mvp-search [part~=note]')).toContainText('passages ranked in')
    },
  },
  {
    name: 'search-nothing',
    reach: async page => {
      await page.getByRole('combobox', { name: 'Search' }).fill('qqqqq')
      await expect(page.locator('mvp-search [part~=message]')).toBeVisible()
    },
  },
  {
    name: 'passages',
    reach: async page => {
      await go(page, 'Passages')
      await expect(page.locator('#own-run')).toContainText('6 ranked in')
    },
  },
  {
    name: 'views',
    reach: async page => {
      await go(page, 'Views')
      await expect(page.locator('#views-figure svg circle').first()).toBeVisible()
      await page.locator('#views-table button').nth(3).click()
      await expect(page.locator('#views-table tr').nth(4)).toHaveClass(/is-chosen/)
    },
  },
  {
    name: 'device',
    reach: async page => {
      await go(page, 'Device')
      await expect(page.locator('#probe-words')).toContainText('Passed')
      await expect(page.locator('#stored-model')).toContainText('MB')
    },
  },
]
