import type { Page } from 'playwright/test'

export interface Shift {
  value: number
  /** The elements that moved, and how. */
  sources: string[]
}

interface LayoutShift extends PerformanceEntry {
  value: number
  hadRecentInput: boolean
  sources: { node: Node | null; previousRect: DOMRect; currentRect: DOMRect }[]
}

declare global {
  interface Window {
    shifts: Shift[]
  }
}

/** From now on, the page records layout shifts without user input. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.shifts = []
    const nameOf = (node: Node | null) => {
      const element = node instanceof Element ? node : (node?.parentElement ?? null)
      return element ? `${element.localName}#${element.id}.${element.getAttribute('class')}` : 'gone'
    }
    const rectOf = ({ x, y, width, height }: DOMRect) => [x, y, width, height].map(Math.round).join(' ')
    new PerformanceObserver(list => {
      for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
        if (hadRecentInput) continue
        const moved = sources.map(
          ({ node, previousRect, currentRect }) => `${nameOf(node)}: ${rectOf(previousRect)} → ${rectOf(currentRect)}`,
        )
        window.shifts.push({ value, sources: moved })
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
}

/** The shifts since the last call. */
export function takeShifts(page: Page): Promise<Shift[]> {
  return page.evaluate(() => window.shifts.splice(0))
}
