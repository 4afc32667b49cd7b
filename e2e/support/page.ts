import type { Page } from 'playwright/test'
import type * as Library from '../../src/index.js'

/** Opens an empty page with the built package in `window.library`. */
export async function openLibrary(page: Page, path = '/blank.html'): Promise<void> {
  await page.goto(path)
  await page.evaluate(async () => {
    const url = '/dist/index.js'
    Object.assign(window, { library: await import(url) })
  })
}

declare global {
  interface Window {
    library: typeof Library
  }
}
