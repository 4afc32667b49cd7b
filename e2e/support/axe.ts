import { createRequire } from 'node:module'
import type { Page } from 'playwright/test'

const script = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

interface AxeResults {
  violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[]
}

/**
 * What axe complains of on the page as it is now, shadow trees included; all of its rules but those that are
 * experiments.
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
