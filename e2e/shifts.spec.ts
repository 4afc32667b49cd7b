import { states, tiny } from './pageStates.js'
import { type Shift, takeShifts, watchShifts } from './shifts.js'
import { expect, test } from './test.js'

/** Of Core Web Vitals' 0.1, which is their "good". */
const most = 0.02

for (const [width, scheme] of [
  [360, 'light'],
  [360, 'dark'],
  [1600, 'light'],
  [1600, 'dark'],
] as const) {
  test(`nothing jumps without input, on any page: ${width} px, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme })
    // Without pictures of whole pages, for which the browser grows the window.
    await page.setViewportSize({ width, height: width < 500 ? 780 : 1000 })
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
    console.log(`    ${width} ${scheme}: ${sum.toFixed(4)}`)
    expect(sum, JSON.stringify(jumps, null, 1)).toBeLessThan(most)
  })
}
