import type { Page } from 'playwright/test'

/** Collects the console's errors and warnings, and uncaught errors, but for icons, which the fixtures lack. */
export function siteErrors(page: Page): string[] {
  const found: string[] = []
  page.on('console', message => {
    const isIcon = /\/favicon\.\w+$/.test(message.location().url)
    if (['error', 'warning'].includes(message.type()) && !isIcon) found.push(message.text())
  })
  page.on('pageerror', error => found.push(error.message))
  return found
}
