import type { Page } from 'playwright/test'

/** Every message of the console that tells of a mistake, and every error that nobody caught. */
export function complaints(page: Page): string[] {
  const found: string[] = []
  page.on('console', message => {
    if (['error', 'warning'].includes(message.type())) found.push(message.text())
  })
  page.on('pageerror', error => found.push(error.message))
  return found
}
