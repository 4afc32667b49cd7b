import type { Page } from 'playwright/test'
import type * as Library from '../../src/index.js'
import { consoleErrors } from '../support/consoleErrors.js'
import { go } from '../support/pageStates.js'
import { expect as expectSoon, test } from '../support/test.js'

/** Slow machines load the runtime and a model in tens of seconds. */
const expect = expectSoon.configure({ timeout: 60_000 })

/** The shipped model fuses signals, the one of random weights ranks by the mean of its views. */
const SHIPPED = '/models/mvp-mini/'
const TINY = '/models/bert-relu-q8/'

interface EngineResult {
  index: number
  score: number
  views: number[]
  signals?: Partial<Record<'mvp' | 'lateInteraction' | 'cosine' | 'firstStage', number>>
}

/** As the demo shows scores. */
const shown = (value: number) => value.toFixed(2).replace('-', '−')
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
/** Ranks with the published library, in the same browser, what the page ranked. */
function rankByLibrary(
  page: Page,
  model: string,
  query: string,
  passages: string[],
): Promise<{ results: EngineResult[]; weights: Record<string, number> | undefined }> {
  return page.evaluate(
    async ({ model, query, passages }) => {
      const url = '/dist/index.js'
      const { createReranker } = (await import(url)) as typeof Library
      const reranker = await createReranker({ model, device: 'wasm' })
      const { results } = await reranker.rank(query, passages, { explain: true })
      const { fusion } = reranker.info
      await reranker.dispose()
      return {
        results: results.map(({ index, score, views = [], signals }) => ({
          index,
          score,
          views,
          ...(signals && { signals }),
        })),
        weights: fusion?.weights.embed as Record<string, number> | undefined,
      }
    },
    { model, query, passages },
  )
}

for (const model of [SHIPPED, TINY]) {
  test(`Passages: order, scores and views are the engine’s, and the caption says how they came about: ${model}`, async ({
    page,
  }) => {
    const errors = consoleErrors(page)
    await page.goto(`/#model=${model}&page=passages`)
    await expect(page.locator('#own-run')).toContainText('6 ranked in')
    const query = await page.locator('#own-query').inputValue()
    const passages = (await page.locator('#own-passages').inputValue()).split('\n\n')
    const { results, weights } = await rankByLibrary(page, model, query, passages)

    const rows = page.locator('#own-list > li')
    expect(await rows.locator('.row-passage').allTextContents()).toEqual(results.map(({ index }) => passages[index]))
    expect(await rows.locator('.row-score').allTextContents()).toEqual(
      results.map(({ score }) => `Score ${shown(score)}`),
    )
    for (const [place, { views }] of results.entries()) {
      const bars = await rows
        .nth(place)
        .locator('.view')
        .evaluateAll((bars: HTMLElement[]) =>
          bars.map(bar => [bar.title, Number(bar.style.getPropertyValue('--share'))] as const),
        )
      expect(bars.map(([title]) => title)).toEqual(views.map((value, k) => `View ${k + 1}: ${shown(value)}`))
      views.forEach((value, k) => {
        const column = results.map(({ views }) => views[k]!)
        const [low, high] = [Math.min(...column), Math.max(...column)]
        expect(bars[k]![1]).toBeCloseTo((value - low) / (high - low), 4)
      })
    }

    const caption = page.locator('#own-legend')
    if (model === TINY) {
      await expect(caption).toContainText('The number is the score: the mean over 4 views.')
      for (const { score, views } of results) expect(score).toBeCloseTo(mean(views), 4)
      return
    }
    await expect(caption).toContainText(
      'The number is the score: 1 × mean over 4 views + 1.11 × word-by-word match, each in standard deviations from its mean in this list.',
    )
    expect([weights!.mvp, weights!.cosine, weights!.lateInteraction!.toFixed(2)]).toEqual([1, 0, '1.11'])
    const sum = (result: EngineResult) =>
      (['mvp', 'lateInteraction'] as const)
        .map(name => {
          const values = results.map(({ signals }) => signals![name]!)
          const deviation = Math.sqrt(mean(values.map(value => (value - mean(values)) ** 2)))
          return (weights![name]! * (result.signals![name]! - mean(values))) / deviation
        })
        .reduce((a, b) => a + b, 0)
    for (const result of results) {
      expect(result.score).toBeCloseTo(sum(result), 3)
      expect(result.signals!.mvp).toBeCloseTo(mean(result.views), 4)
    }
    expect(errors).toEqual([])
  })
}

test('Views: the order is that of the mean of the views, and every figure is the engine’s', async ({ page }) => {
  const errors = consoleErrors(page)
  await page.goto(`/#model=${SHIPPED}&page=views`)
  await expect(page.locator('#views-run')).toContainText('14 passages ranked by 4 views in')
  const query = await page.locator('#views-query').inputValue()
  const engine = await page.evaluate(
    async ({ model, query }) => {
      const url = '/dist/index.js'
      const { asPassage, createReranker, openSearch } = (await import(url)) as typeof Library
      const search = await openSearch({ src: '/search/' })
      const { candidates } = await search.query(query, { limit: 14 })
      const reranker = await createReranker({ model, device: 'wasm' })
      const passages = candidates.map(asPassage)
      const { results } = await reranker.rank(query, passages, { explain: true, fusion: false, refine: 0 })
      const fused = await reranker.rank(query, passages)
      await reranker.dispose()
      return {
        rows: results.map(({ index, score, views }) => ({
          title: candidates[index]!.path.join(' › '),
          score,
          views: views!,
        })),
        fused: fused.results.map(({ index }) => candidates[index]!.path.join(' › ')),
      }
    },
    { model: SHIPPED, query },
  )
  for (const { score, views } of engine.rows) expect(score).toBeCloseTo(mean(views), 4)
  // What the search would show is another order: the page must not pass it off as that of the views.
  expect(engine.fused).not.toEqual(engine.rows.map(({ title }) => title))

  const cells = (rows: string) =>
    page
      .locator(`#views-table ${rows}`)
      .evaluateAll(rows => rows.map(row => [...row.children].map(cell => cell.textContent!)))
  expect(await cells('tbody tr')).toEqual(
    engine.rows.map(({ title, score, views }, place) => [String(place + 1), title, ...views.map(shown), shown(score)]),
  )
  const tau = (values: number[]) => {
    let [sum, untied, pairs] = [0, 0, 0]
    for (const [i, value] of values.entries()) {
      for (const later of values.slice(i + 1)) {
        pairs++
        if (value !== later) untied++
        sum += Math.sign(value - later)
      }
    }
    return sum / Math.sqrt(pairs * untied)
  }
  const columns = [0, 1, 2, 3].map(view => engine.rows.map(({ views }) => views[view]!))
  const [foot] = await cells('tfoot tr')
  expect(foot!.slice(2)).toEqual([...columns, engine.rows.map(({ score }) => score)].map(values => shown(tau(values))))
  expect(errors).toEqual([])
})

test('a second ranking of passages that the model remembers claims no reading', async ({ page }) => {
  await page.goto(`/#model=${TINY}&q=close+the+server`)
  const note = page.locator('mvp-search [part~=note]')
  await expect(note).toContainText('50 passages ranked in')
  await page.getByRole('combobox', { name: 'Search' }).fill('mock a request')
  await expect(note).toContainText('50 passages ranked in')
  await page.getByRole('combobox', { name: 'Search' }).fill('close the server')
  await expect(note).toHaveText(/^\s*50 passages ranked in [\d.]+\sm?s, on this device\s*$/)
  await go(page, 'Device')
  await expect(page.locator('#runs tr').first()).toContainText('Search50')
})
