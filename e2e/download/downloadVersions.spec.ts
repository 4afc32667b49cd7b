import {
  chunkNames,
  expectLoaded,
  fetches,
  keptNames,
  MEBIBYTE,
  SLOW,
  serveModel,
  url,
  WEIGHTS,
} from '../support/downloading.js'
import { withFaults } from '../support/faults.js'
import { finishLoading, load, startLoading, untilBytes } from '../support/loading.js'
import { writeRandomModel } from '../support/randomModel.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

serveModel()

test.describe('versions', () => {
  test('without a network, or with a server that fails, the model of the last visit is used', async ({ page }) => {
    const failing = url({ status: 503, only: 'manifest.json', after: 1 })
    expectLoaded(await load(page, { url: failing }))
    const refused = await load(page, { url: failing })
    expectLoaded(refused)
    expect(refused.statuses).toEqual([{ kind: 'offline', reason: expect.stringContaining('HTTP 503') }])
    const gone = await startServer()
    const address = `${gone.origin}/models/random/`
    expectLoaded(await load(page, { url: address }))
    await gone.close()
    const offline = await load(page, { url: address })
    expectLoaded(offline)
    expect(offline.statuses).toEqual([{ kind: 'offline', reason: expect.stringContaining('no answer') }])
  })

  test('an upgrade and a downgrade never mix files, and the version that is gone is deleted', async ({ page }) => {
    const address = url(undefined, 'versions')
    const one = await writeRandomModel('versions', { name: 'one' })
    expectLoaded(await load(page, { url: address }), one)
    const two = await writeRandomModel('versions', { name: 'two', bytes: 6 * MEBIBYTE })
    expectLoaded(await load(page, { url: address }), two)
    // What both versions have in common was not fetched again.
    expect(fetches('tokenizer.json')).toHaveLength(1)
    const names = await keptNames(page)
    expect(names.filter(name => chunkNames(two).includes(name))).toHaveLength(2)
    expect(names.filter(name => chunkNames(one).includes(name))).toHaveLength(0)
    const again = await writeRandomModel('versions', { name: 'one again' })
    expectLoaded(await load(page, { url: address }), again)
  })

  test('a file that is changed while it is downloaded: the new version is loaded, whole', async ({ page }) => {
    await writeRandomModel('changing', { name: 'old' })
    await startLoading(page, { url: url({ rate: SLOW, cut: 5 * MEBIBYTE, times: 1 }, 'changing') })
    await untilBytes(page, 3 * MEBIBYTE)
    const now = await writeRandomModel('changing', { name: 'new' })
    expectLoaded(await finishLoading(page), now)
  })

  test('a network that goes during an upgrade: the former version is used, and what came of the new one is kept', async ({
    page,
  }) => {
    const going = await startServer()
    const address = going.origin + withFaults('/models/upgrade/', { only: WEIGHTS, rate: SLOW })
    const one = await writeRandomModel('upgrade', { name: 'one' })
    expectLoaded(await load(page, { url: address }), one)
    const two = await writeRandomModel('upgrade', { name: 'two' })
    await startLoading(page, { url: address, retries: 1 })
    await untilBytes(page, 5 * MEBIBYTE)
    await going.close()
    const loading = await finishLoading(page)
    expectLoaded(loading, one)
    expect(loading.statuses).toMatchObject([{ kind: 'offline' }])
    expect(await keptNames(page)).toContain(chunkNames(two)[0])
  })
})
