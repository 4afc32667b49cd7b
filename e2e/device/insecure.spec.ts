import { launchOptions } from '../support/chromium.js'
import { load } from '../support/loading.js'
import { writeRandomModel } from '../support/randomModel.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

// As a phone sees a development server: an address that is not localhost, without https. Browsers offer neither hashes
// nor storage there.
const ADDRESS = '192.168.0.7'
const { args = [], ...options } = launchOptions(false)
test.use({
  otherOrigins: true,
  launchOptions: { ...options, args: [...args, `--host-resolver-rules=MAP ${ADDRESS} 127.0.0.1`] },
})

test('an insecure page loads a model into memory and says so; hashes are computed in JavaScript', async ({
  page,
  devOrigin,
}) => {
  const model = await writeRandomModel('random')
  const server = await startServer()
  await page.goto(`${devOrigin.replace('127.0.0.1', ADDRESS)}/e2e/pages/blank.html`)
  expect(await page.evaluate(() => [isSecureContext, 'subtle' in crypto && crypto.subtle !== undefined])).toEqual([
    false,
    false,
  ])
  const { loaded, statuses } = await load(page, { url: `${server.origin}/models/random/` })
  expect(loaded).toEqual({ name: 'random', weights: model.sha256 })
  expect(statuses).toEqual([{ kind: 'not-cached', reason: expect.stringContaining('https') }])
  const corrupt = `${server.origin}/~flip=5000000,only=weights.safetensors/models/random/`
  expect((await load(page, { url: corrupt })).failed?.code).toBe('hash-mismatch')
  await server.close()
})
