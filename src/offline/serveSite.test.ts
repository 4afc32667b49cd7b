import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ExtendableEvent, FetchEvent, ServiceWorkerScope } from './scope.js'
import { serveSite } from './serveSite.js'
import type { OfflineOptions, SiteFile } from './siteFiles.js'

const folder = 'https://site.example/docs/'
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const file = (path: string, text: string, when: SiteFile['when'] = 'install'): SiteFile => ({
  path,
  sha256: hash(text),
  when,
})

/** What lies on the server, and what is kept, by address. */
let server: Map<string, string>
let kept: Map<string, Response>
let asked: string[]
let full: boolean

beforeEach(() => {
  server = new Map()
  kept = new Map()
  asked = []
  full = false
  vi.stubGlobal('fetch', async (to: URL | Request) => {
    const url = to instanceof URL ? to.href : to.url
    asked.push(url.slice(folder.length))
    const text = server.get(url.slice(folder.length))
    return new Response(text ?? null, {
      status: text === undefined ? 404 : 200,
      headers: { 'Content-Encoding': 'br', 'X-Host': 'own' },
    })
  })
  const cache = {
    match: async (key: string) => kept.get(key)?.clone(),
    put: async (key: string, response: Response) => {
      if (full) throw new DOMException('No room.', 'QuotaExceededError')
      kept.set(key, response)
    },
    keys: async () => [...kept.keys()].map(url => ({ url })),
    delete: async (url: string) => kept.delete(url),
  }
  vi.stubGlobal('caches', { open: async () => cache })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

/** A service worker of these options, and what a browser does with it. */
function start(options: OfflineOptions) {
  const listeners = new Map<string, (event: never) => void>()
  const told: unknown[] = []
  const updated = vi.fn(async () => undefined)
  const scope = {
    registration: { scope: folder, update: updated },
    clients: {
      claim: async () => undefined,
      matchAll: async () => [{ postMessage: (message: unknown) => told.push(message) }],
    },
    location: { href: `${folder}service-worker.js` },
    skipWaiting: async () => undefined,
    addEventListener: (type: string, listener: (event: never) => void) => listeners.set(type, listener),
  } as unknown as ServiceWorkerScope
  serveSite(scope, options)
  const lifecycle = async (type: 'install' | 'activate') => {
    let work: Promise<unknown> = Promise.resolve()
    listeners.get(type)!({ waitUntil: (given: Promise<unknown>) => (work = given) } satisfies ExtendableEvent as never)
    await work
  }
  const get = async (path: string, request: Partial<Request> = {}) => {
    let answer: Response | Promise<Response> | undefined
    const work: Promise<unknown>[] = []
    const event = {
      request: { method: 'GET', mode: 'cors', destination: '', url: new URL(path, folder).href, ...request },
      respondWith: (given: Response | Promise<Response>) => (answer = given),
      waitUntil: (given: Promise<unknown>) => work.push(given),
    }
    listeners.get('fetch')!(event as unknown as FetchEvent as never)
    const response = await answer
    await Promise.all(work)
    return response
  }
  return { install: () => lifecycle('install'), activate: () => lifecycle('activate'), get, told, updated }
}

const page = { mode: 'navigate', destination: 'document' } as const

it('keeps what is listed, answers with it whatever the server has by then, and isolates documents', async () => {
  server.set('index.html', 'one')
  const worker = start({ files: [file('index.html', 'one')] })
  await worker.install()
  server.set('index.html', 'two')
  for (const path of ['', 'index.html', '?q=words']) {
    const response = await worker.get(path, page)
    expect(await response!.text()).toBe('one')
    expect(response!.headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp')
    expect([response!.headers.get('X-Host'), response!.headers.get('Content-Encoding')]).toEqual(['own', null])
  }
  expect(asked).toEqual(['index.html'])
})

it('leaves alone what is not listed: models, other origins, posts', async () => {
  const worker = start({ files: [] })
  expect(await worker.get('models/mini/manifest.json')).toBeUndefined()
  expect(await worker.get('https://elsewhere.example/', page)).toBeUndefined()
  expect(await worker.get('', { ...page, method: 'POST' })).toBeUndefined()
})

it('does not install a file of another version, and goes on with what it has', async () => {
  server.set('a.js', 'a').set('b.js', 'newer')
  const worker = start({ files: [file('a.js', 'a'), file('b.js', 'b')] })
  await expect(worker.install()).rejects.toThrow('b.js on the server is not of this version')
  server.set('b.js', 'b')
  asked = []
  await worker.install()
  expect(asked).toEqual(['b.js'])
})

it('fetches of a newer version what is new, and drops the rest once it is active', async () => {
  server.set('same.js', 'same').set('old.js', 'old')
  await start({ files: [file('same.js', 'same'), file('old.js', 'old')] }).install()
  server.set('old.js', 'new')
  asked = []
  const newer = start({ files: [file('same.js', 'same'), file('old.js', 'new')] })
  await newer.install()
  expect(asked).toEqual(['old.js'])
  expect(kept.size).toBe(3)
  await newer.activate()
  expect(kept.size).toBe(2)
})

it('refuses a part of another version when it is first used, and looks for the update', async () => {
  server.set('runtime.wasm', 'newer')
  const worker = start({ files: [file('runtime.wasm', 'mine', 'use')] })
  await worker.install()
  expect(asked).toEqual([])
  const response = await worker.get('runtime.wasm')
  expect(response!.status).toBe(409)
  expect(worker.updated).toHaveBeenCalledOnce()
})

it('serves what finds no room, and tells the pages', async () => {
  server.set('runtime.wasm', 'mine')
  const worker = start({ files: [file('runtime.wasm', 'mine', 'use')] })
  full = true
  expect(await (await worker.get('runtime.wasm'))!.text()).toBe('mine')
  expect(worker.told).toEqual([{ mvpRerank: 'not-kept', reason: 'QuotaExceededError: No room.' }])
})
