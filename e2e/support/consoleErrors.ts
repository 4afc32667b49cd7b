import type { Page } from 'playwright/test'

/** Collects the console's errors and warnings, and uncaught errors. */
export function consoleErrors(page: Page): string[] {
  const found: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) found.push(message.text())
  })
  page.on('pageerror', error => found.push(error.message))
  return found
}
