import { mkdirSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { axeViolations } from './axe.js'
import { holdRankings, input, note, openElement, ranked, results, TINY } from './element.js'
import { looks } from './looks.js'
import { SCRIPTS, startStrictServer, violations } from './policy.js'
import { expect as expectSoon, test } from './test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

/** Where a screenshot of each state is left, for people to look at. */
const pictures = 'test-results/element'

const model = { model: TINY }

async function open(page: Page, setUp: Record<string, string> = {}): Promise<void> {
  await openElement(page, setUp)
  if (setUp.inline === undefined) await page.keyboard.press('/')
}

async function openWith(page: Page, query: string, setUp: Record<string, string> = {}): Promise<void> {
  await open(page, setUp)
  await input(page).fill(query)
  await expect(results(page).first()).toBeVisible()
}

const states: Record<string, (page: Page, setUp: Record<string, string>) => Promise<void>> = {
  closed: async (page, setUp) => openElement(page, setUp),
  empty: async (page, setUp) => {
    await open(page, setUp)
    await expect(page.locator('mvp-search select').first()).toBeVisible()
  },
  recent: async (page, setUp) => {
    await page.addInitScript(() =>
      localStorage.setItem('mvp-search:recent:', JSON.stringify(['why does dough rise', 'steam'])),
    )
    await open(page, setUp)
    await page.keyboard.press('ArrowDown')
  },
  words: async (page, setUp) => openWith(page, 'flour and water', setUp),
  loading: async (page, setUp) => {
    await page.route('**/weights.safetensors', () => undefined)
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toContainText('model is loading')
  },
  ranked: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toHaveText(ranked)
    await expect(page.locator('mvp-search .sentence').nth(3)).toBeVisible()
    await page.waitForTimeout(500)
  },
  why: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, ...model })
    await expect(note(page)).toHaveText(ranked)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect(page.locator('mvp-search .why')).toBeVisible()
  },
  held: async (page, setUp) => {
    await openElement(page, setUp)
    await holdRankings(page)
    if (setUp.inline === undefined) await page.keyboard.press('/')
    await input(page).fill('flour and water')
    await expect(results(page).first()).toBeVisible()
    await input(page).press('ArrowDown')
    await page.evaluate(() => window.release())
    await expect(page.getByRole('button', { name: 'Show it' })).toBeVisible()
  },
  nothing: async (page, setUp) => {
    await open(page, setUp)
    await input(page).fill('braed')
    await expect(page.locator('mvp-search [part=query]')).toHaveCount(2)
  },
  failed: async (page, setUp) => {
    await open(page, { ...setUp, fail: '' })
    await input(page).fill('flour')
    await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  },
  withoutModel: async (page, setUp) => {
    await openWith(page, 'flour', { ...setUp, model: '/models/none/' })
    await expect(note(page)).toContainText('could not be loaded')
  },
  inline: async (page, setUp) => openWith(page, 'flour and water', { ...setUp, inline: '' }),
  german: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, lang: 'de' })
    await page.locator('mvp-search .side button').first().click()
  },
  rightToLeft: async (page, setUp) => {
    await openWith(page, 'flour and water', { ...setUp, lang: 'ar', dir: 'rtl' })
    await input(page).press('ArrowDown')
    await input(page).press('ArrowLeft')
    await expect(page.locator('mvp-search .side[aria-selected=true]')).toBeVisible()
  },
  hostile: async (page, setUp) => openWith(page, 'bread', { ...setUp, hostile: '' }),
}

for (const [name, reach] of Object.entries(states)) {
  test(`axe finds nothing: ${name}`, async ({ page }) => {
    test.slow()
    mkdirSync(pictures, { recursive: true })
    for (const { width, colorScheme } of looks) {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 })
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await reach(page, {})
      await page.screenshot({ path: `${pictures}/${name}-${width}-${colorScheme}.png` })
      expect(await axeViolations(page)).toEqual([])
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement)
      expect(scrollWidth).toBe(clientWidth)
    }
  })
}

test('axe finds nothing in a wide window, with forced colours, and at 200 %', async ({ page }) => {
  mkdirSync(pictures, { recursive: true })
  await page.setViewportSize({ width: 1600, height: 900 })
  await states.why!(page, {})
  await page.screenshot({ path: `${pictures}/why-1600-light.png` })
  expect(await axeViolations(page)).toEqual([])
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  await page.screenshot({ path: `${pictures}/why-1600-forced.png` })
  expect(await axeViolations(page)).toEqual([])
  await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' })
  // A window of 1280 × 800 at 200 %.
  await page.setViewportSize({ width: 640, height: 400 })
  await page.screenshot({ path: `${pictures}/why-zoomed.png` })
  expect(await axeViolations(page)).toEqual([])
  await expect(input(page)).toBeInViewport()
  await expect(page.locator('mvp-search .why')).toBeInViewport()
})

test('what is touched is at least 44 pixels high and wide', async ({ browser, origin }) => {
  const context = await browser.newContext({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } })
  const page = await context.newPage()
  await openElement(page, {}, origin)
  await page.getByRole('button', { name: 'Search' }).tap()
  await input(page).fill('flour and water')
  await expect(results(page).first()).toBeVisible()
  const small = await page.evaluate(() =>
    [...window.element.shadowRoot!.querySelectorAll('button, a, select, input')].flatMap(target => {
      const { width, height } = target.getBoundingClientRect()
      return width > 0 && (width < 44 || height < 44) ? [`${target.outerHTML.slice(0, 80)} ${width}×${height}`] : []
    }),
  )
  expect(small).toEqual([])
  await context.close()
})

test('hostile titles, passages and addresses are text', async ({ page }) => {
  await openWith(page, 'bread', { hostile: '' })
  await expect(results(page)).toHaveCount(4)
  const shown = await results(page).allTextContents()
  const joined = shown.join('\n')
  expect(joined).toContain('<img src=x onerror="document.title=\'run\'"> bread')
  expect(joined).toContain('</span><script>document.title="run"</script>')
  expect(joined).not.toMatch(/[\u202A-\u202E\u2066-\u2069]/)
  expect(joined).toContain('bread gnp.exe')
  const links = await page
    .locator('mvp-search a')
    .evaluateAll(anchors => anchors.map(anchor => (anchor as HTMLAnchorElement).protocol))
  expect(links.sort()).toEqual(['http:', 'https:'])
  expect(
    await page
      .locator('mvp-search')
      .evaluate(host => host.shadowRoot!.querySelectorAll('.list img, .list script, .list style').length),
  ).toBe(0)
  // The second one's address is a script: there is nothing to follow.
  await expect(results(page).nth(1)).toContainText('<img')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(300)
  await expect(page).toHaveTitle('Bread')
  await expect(input(page)).toBeVisible()
})

test('a page with a strict policy and Trusted Types sees no violation, in any state', async ({ page }) => {
  const server = await startStrictServer(SCRIPTS, 'mvp-rerank lit-html')
  const strict = (path: string) => `${server.origin}/element/page.html?${path}`
  await page.goto(strict(`hostile&model=${TINY}`))
  await page.keyboard.press('/')
  await input(page).fill('bread')
  await expect(note(page)).toHaveText(ranked)
  await expect(page.locator('mvp-search .sentence').first()).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await expect(page.locator('mvp-search .why .bar').first()).toBeVisible()
  const part = page.locator('mvp-search .bar .part').first()
  expect((await part.boundingBox())!.width).toBeGreaterThan(10)
  expect(await violations(page, server)).toEqual([])
  await page.goto(strict('inline&lang=de'))
  await input(page).fill('braed')
  await expect(page.locator('mvp-search [part=query]')).toHaveCount(2)
  expect(await violations(page, server)).toEqual([])
  await server.close()
})
