import type { Page } from 'playwright/test'
import { startServer, type TestServer } from './server.js'

export const SCRIPTS = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
const TRUSTED_TYPES = "require-trusted-types-for 'script'; trusted-types"
/**
 * The browser reports all violations to this address. Those in workers and onnxruntime's threads raise no event in the
 * page.
 */
const REPORTS = '/violations'

/**
 * The policy of docs/CSP.md, for documents and for the workers' scripts.
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

/** The requests for onnxruntime's files. Its threads request the loader again. */
export function ortFilesAsked(server: TestServer): string[] {
  return [...new Set(server.requests.map(({ path }) => path).filter(path => path.includes('/ort-')))].sort()
}

/** The requests for families' files. */
export function familiesAsked(server: TestServer): string[] {
  return [...new Set(server.requests.map(({ path }) => path).filter(path => path.includes('/family-')))].sort()
}

/** All violations, in the page and in its workers. */
export async function violations(page: Page, server: TestServer): Promise<string[]> {
  // The browser sends reports with a delay.
  await page.waitForTimeout(500)
  const inPage = await page.evaluate(() => (window as unknown as { violations: string[] }).violations)
  return [...inPage, ...server.requests.filter(({ path }) => path === REPORTS).map(({ body }) => body ?? '')]
}
