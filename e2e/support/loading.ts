import type { Page } from 'playwright/test'
import type { FilesStatus } from '../../src/api/ranking.js'
import type { LoadNews, LoadOrder } from '../pages/load.worker.js'

export interface Loading {
  /** The number of loaded bytes at each report. */
  progress: number[]
  statuses: FilesStatus[]
  loaded?: { name: string; weights: string }
  failed?: { code: string; message: string }
}

declare global {
  interface Window {
    loading: Loading
    loader: Worker
  }
}

const WORKER = '/e2e/pages/load.worker.ts'

/** Starts to load a model in a worker of the page. */
export async function startLoading(page: Page, order: LoadOrder): Promise<void> {
  await page.evaluate(
    ({ order, script }) => {
      const loading: Loading = { progress: [], statuses: [] }
      const worker = new Worker(script, { type: 'module' })
      worker.onmessage = ({ data: news }: MessageEvent<LoadNews>) => {
        if (news.kind === 'progress') loading.progress.push(news.loaded)
        else if (news.kind === 'status') loading.statuses.push(news.status)
        else if (news.kind === 'loaded') loading.loaded = { name: news.name, weights: news.weights }
        else loading.failed = { code: news.code, message: news.message }
      }
      worker.onerror = event => {
        loading.failed = { code: 'worker', message: event.message }
      }
      worker.postMessage(order)
      Object.assign(window, { loading, loader: worker })
    },
    { order, script: WORKER },
  )
}

/** Waits until this many bytes are loaded. */
export async function untilBytes(page: Page, bytes: number): Promise<void> {
  await page.waitForFunction(bytes => (window.loading.progress.at(-1) ?? 0) >= bytes, bytes, { polling: 20 })
}

/** Waits for the end of the last load, and ends its worker. */
export async function finishLoading(page: Page): Promise<Loading> {
  await page.waitForFunction(() => window.loading.loaded ?? window.loading.failed, undefined, { polling: 20 })
  return page.evaluate(() => {
    window.loader.terminate()
    return window.loading
  })
}

export async function load(page: Page, order: LoadOrder): Promise<Loading> {
  await startLoading(page, order)
  return finishLoading(page)
}
