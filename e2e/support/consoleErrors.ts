import type { Page } from 'playwright/test'

/** What Chromium itself prints where a page asks for a GPU and there is none. */
export const NO_GPU = 'No available adapters.'

/** Collects the console's errors and warnings, and uncaught errors. */
export function consoleErrors(page: Page): string[] {
  const found: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type()) && message.text() !== NO_GPU) found.push(message.text())
  })
  page.on('pageerror', error => found.push(error.message))
  return found
}
