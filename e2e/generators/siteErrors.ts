import type { Page } from 'playwright/test'
import { NO_GPU } from '../support/consoleErrors.js'

/**
 * Collects the console's errors and warnings, and uncaught errors, but for icons, which the fixtures lack, and for the
 * sitemaps that Material's choice of languages looks for below each page.
 */
export function siteErrors(page: Page): string[] {
  const found: string[] = []
  page.on('console', message => {
    const isLacking = /\/(?:favicon\.\w+|sitemap\.xml)$/.test(message.location().url)
    if (['error', 'warning'].includes(message.type()) && !isLacking && message.text() !== NO_GPU)
      found.push(message.text())
  })
  page.on('pageerror', error => found.push(error.message))
  return found
}
