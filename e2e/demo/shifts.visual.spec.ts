import type { Page } from 'playwright/test'
import { states, tiny } from '../support/pageStates.js'
import { looks } from '../support/screenshot.js'
import { type Shift, takeShifts, watchShifts } from '../support/shifts.js'
import { expect, test } from '../support/test.js'

const soon = expect.configure({ timeout: 60_000 })
const ready = (page: Page) => soon(page.locator('#engine')).toHaveAttribute('data-phase', 'ready')

/** Of Core Web Vitals' 0.1, which is their "good". */
const most = 0.02

for (const { width, height, colorScheme } of looks) {
  test(`nothing jumps without input, on any page: ${width} px, ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme })
    // Without pictures of whole pages, for which the browser grows the window.
    await page.setViewportSize({ width, height })
    await watchShifts(page)
    await page.goto(`/#${tiny}`)
    const jumps: Record<string, Shift[]> = {}
    let sum = 0
    for (const { name, reach } of states) {
      await reach(page)
      await page.waitForTimeout(600)
      const shifts = await takeShifts(page)
      sum += shifts.reduce((sum, { value }) => sum + value, 0)
      if (shifts.length > 0) jumps[name] = shifts
    }
    console.log(`    ${width} ${colorScheme}: ${sum.toFixed(4)}`)
    expect(sum, JSON.stringify(jumps, null, 1)).toBeLessThan(most)
  })
}

/** Pages as a bookmark opens them, until everything that they load by themselves is there. */
const addresses: Record<string, (page: Page) => Promise<void>> = {
  '/': ready,
  '/#q=close+the+server': page => soon(page.locator('mvp-search [part~=note]')).toContainText('passages ranked in'),
  '/#page=passages': page => soon(page.locator('#own-run')).toContainText('6 ranked in'),
  '/#page=views': page => soon(page.locator('#views-figure svg circle').first()).toBeVisible(),
  '/#page=device': page => soon(page.locator('#probe-words')).toContainText('Passed'),
  '/bench/': page => soon(page.locator('#plot-speed svg')).toBeVisible(),
}

for (const { width, height } of looks.filter(({ colorScheme }) => colorScheme === 'light')) {
  test(`nothing jumps while a page comes, whichever it is: ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    await watchShifts(page)
    for (const [address, reach] of Object.entries(addresses)) {
      const [path, hash = ''] = address.split('#')
      await page.goto('/blank.html')
      await page.goto(`${path}#${tiny}&${hash}`)
      await reach(page)
      await page.waitForTimeout(600)
      const shifts = await takeShifts(page)
      const sum = shifts.reduce((sum, { value }) => sum + value, 0)
      console.log(`    ${width} ${address}: ${sum.toFixed(4)}`)
      expect.soft(sum, `${address} ${JSON.stringify(shifts, null, 1)}`).toBeLessThan(most)
    }
  })
}
