import { createRequire } from 'node:module'
import type { Page } from 'playwright/test'

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResults {
  violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[]
}

/**
 * The violations that axe finds on the page now, shadow trees included, by all rules that are not experimental.
 */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: script })
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run(),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${JSON.stringify(target)} ${failureSummary}`),
  )
}
