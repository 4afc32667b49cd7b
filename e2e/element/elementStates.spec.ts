import { input, note, openElement, openWith, ranked, results, TINY } from '../support/element.js'
import { SCRIPTS, startStrictServer, violations } from '../support/policy.js'
import { expect as expectSoon, test } from '../support/test.js'

const expect = expectSoon.configure({ timeout: 30_000 })

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
  // The second result's URL is a script: there is no link to follow.
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
  await page.locator('mvp-search .why summary').click()
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
