import type { Page } from 'playwright/test'
import { type Faults, withFaults } from './faults.js'
import type { Loading } from './loading.js'
import { type RandomModel, writeRandomModel } from './randomModel.js'
import { startServer, type TestServer } from './server.js'
import { expect, test } from './test.js'

export const MEBIBYTE = 1024 * 1024
export const CHUNK = 4 * MEBIBYTE
export const WEIGHTS = 'weights.safetensors'
/** Slow enough for an interruption. */
export const SLOW = 6 * MEBIBYTE

export let server: TestServer
export let model: RandomModel

/**
 * For a file of tests: a server with a model, whose request log each test clears. The worker only loads the model's
 * files and does not use onnxruntime. It loads them from another origin, so it sees only safelisted headers.
 */
export function serveModel(): void {
  test.use({ otherOrigins: true })
  test.beforeAll(async () => {
    server = await startServer()
    model = await writeRandomModel('random')
  })
  test.afterAll(() => server.close())
  test.beforeEach(async ({ page, devOrigin }) => {
    await page.goto(`${devOrigin}/e2e/pages/blank.html`)
    server.requests.length = 0
  })
}

export const url = (faults?: Faults, folder = 'random') => {
  const path = `/models/${folder}/`
  return server.origin + (faults ? withFaults(path, { only: WEIGHTS, ...faults }) : path)
}
export const fetches = (file = WEIGHTS) => server.requests.filter(({ path }) => path.endsWith(file))
export const ranges = () => fetches().map(({ range }) => range)
export const sent = () => fetches().reduce((sum, request) => sum + request.sent, 0)

export function expectLoaded(loading: Loading, { manifest, sha256 } = model): void {
  expect(loading.failed).toBeUndefined()
  expect(loading.loaded).toEqual({ name: manifest.name, weights: sha256 })
}

export async function another(page: Page): Promise<Page> {
  const other = await page.context().newPage()
  await other.goto(page.url())
  return other
}

/** Changes files in the browser's storage without the library. */
export function editKept(page: Page, names: string[], change: 'flip' | 'truncate' | 'delete'): Promise<void> {
  return page.evaluate(
    async ({ names, change }) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('mvp-rerank')
      for (const name of names) {
        if (change === 'delete') {
          await folder.removeEntry(name)
          continue
        }
        const handle = await folder.getFileHandle(name)
        const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
        bytes[1000]! ^= 1
        const file = await handle.createWritable()
        await file.write(change === 'flip' ? bytes : bytes.subarray(0, 500_000))
        await file.close()
      }
    },
    { names, change },
  )
}

export function keptNames(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('mvp-rerank')
    const names: string[] = []
    for await (const name of folder.keys()) names.push(name)
    return names.sort()
  })
}

export const chunkNames = ({ manifest } = model) =>
  manifest.files.find(({ path }) => path === WEIGHTS)!.chunks.map(hash => `part-${hash}`)
