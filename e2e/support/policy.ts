import type { Page } from 'playwright/test'
import { startServer, type TestServer } from './server.js'

export const SCRIPTS = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types"
/**
 * Violations in workers, and in onnxruntime's threads, reach no event of the page; the browser reports all of them
 * here.
 */
const REPORTS = '/violations'

/**
 * What docs/CSP.md names, on documents and on the workers' scripts.
 * @param scripts another policy for scripts and workers
 * @param trusted names of policies for Trusted Types
 */
export async function startStrictServer(scripts = SCRIPTS, trusted = 'mvp-rerank'): Promise<TestServer> {
  return startServer({
    headers: path => ({
      'Content-Security-Policy': `${scripts}; ${path.endsWith('.html') ? `${TRUSTED_TYPES} ${trusted}; ` : ''}report-uri ${REPORTS}`,
    }),
  })
}

/** Which of onnxruntime's files were asked for. Its threads ask for the loader again. */
export function ortFilesAsked(server: TestServer): string[] {
  return [...new Set(server.requests.map(({ path }) => path).filter(path => path.includes('/ort-')))].sort()
}

/** All that was refused, in the page and in its workers. */
export async function violations(page: Page, server: TestServer): Promise<string[]> {
  // Reports are sent when the browser finds the time.
  await page.waitForTimeout(500)
  const inPage = await page.evaluate(() => (window as unknown as { violations: string[] }).violations)
  return [...inPage, ...server.requests.filter(({ path }) => path === REPORTS).map(({ body }) => body ?? '')]
}
