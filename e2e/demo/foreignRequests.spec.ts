import { foreignRequests } from '../support/foreignRequests.js'
import { startServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

test.use({ otherOrigins: true })

test('a request to another origin is noticed, from the page and from a worker of a worker', async ({
  page,
  context,
}) => {
  const seen = foreignRequests(context)
  const other = await startServer()
  await page.goto('/blank.html')
  await page.evaluate(async address => {
    const inner = URL.createObjectURL(new Blob([`fetch('${address}/from-a-worker').finally(() => postMessage(0))`]))
    const outer = `const worker = new Worker('${inner}'); worker.onmessage = () => postMessage(0)`
    await fetch(`${address}/from-the-page`).catch(() => undefined)
    const worker = new Worker(URL.createObjectURL(new Blob([outer])))
    await new Promise(resolve => {
      worker.onmessage = resolve
    })
    await fetch('/blank.html')
  }, other.origin)
  // The browser reports a worker's requests separately.
  await expect.poll(() => seen()).toEqual([`${other.origin}/from-the-page`, `${other.origin}/from-a-worker`])
  expect(seen(new Set([other.origin]))).toEqual([])
  await other.close()
})
