import { CACHE } from '../src/offline/siteFiles.js'
import { cachedModelSize, clearModelCache } from '../src/store/modelCache.js'
import type { DemoEngine } from './demoEngine.js'
import { byId } from './dom.js'
import { formatMegabytes } from './format.js'
import { notify } from './notices.js'
import type { Offline } from './offline.js'
import { readSetting, writeSetting } from './settings.js'

export interface StorageCard {
  /** Shows what is stored now. */
  refresh(): Promise<void>
}

const megabytes = (bytes: number) =>
  bytes < 1e9 ? `${formatMegabytes(bytes)} MB` : `${formatMegabytes(bytes / 1000)} GB`

/** The card that shows what this site keeps on the device, with buttons to remove it. */
export function createStorageCard(offline: Offline): StorageCard {
  const protect = byId('storage-protect', HTMLButtonElement)
  const done = byId('storage-done', HTMLElement)

  const refresh = async () => {
    const [model, app, { usage = 0, quota = 0 }, persisted] = await Promise.all([
      cachedModelSize(),
      unlessBlocked(keptAppSize, 0),
      unlessBlocked<StorageEstimate>(() => navigator.storage.estimate(), {}),
      unlessBlocked(() => navigator.storage.persisted(), false),
    ])
    const texts = {
      'stored-model': model > 0 ? megabytes(model) : 'nothing',
      'stored-app': app > 0 ? megabytes(app) : 'nothing',
      'stored-all': quota > 0 ? `${megabytes(usage)} of ${megabytes(quota)}` : 'not told by this browser',
      'stored-protected': persisted ? 'yes' : 'no, it may go when space runs short',
      'offline-state': describeOffline(offline, model > 0),
    }
    for (const [id, text] of Object.entries(texts)) byId(id, HTMLElement).textContent = text
    protect.hidden = persisted || !navigator.storage?.persist
    byId('storage-clear-model', HTMLButtonElement).disabled = model === 0
    byId('storage-clear-all', HTMLButtonElement).disabled = model + app === 0
  }

  const onClick = (id: string, act: () => Promise<string>) => {
    byId(id, HTMLButtonElement).addEventListener('click', async () => {
      done.textContent = await act().catch(
        error => `That did not work: ${error instanceof Error ? error.message : error}`,
      )
      await refresh()
    })
  }
  onClick('storage-protect', async () =>
    (await navigator.storage.persist())
      ? 'The browser will keep it.'
      : 'The browser declined. Installing the app often changes that.',
  )
  onClick('storage-clear-model', async () => {
    await clearModelCache()
    return 'The model’s files are deleted. What is loaded works on; the next visit downloads it again.'
  })
  onClick('storage-clear-all', async () => {
    await clearModelCache()
    await offline.remove()
    await unlessBlocked(() => caches.delete(CACHE), false)
    for (const storage of [() => localStorage, () => sessionStorage]) {
      await unlessBlocked(async () => removeOwnEntries(storage()), undefined)
    }
    return 'All is deleted. This page works on until it is closed; without a network it will not open again.'
  })
  offline.watch(() => {
    void refresh()
    showNotices(offline)
  })
  return { refresh }
}

/**
 * Asks the browser once to keep the model, after the model is loaded and the visitor has used the page: some browsers
 * ask the visitor.
 */
export function askToPersistWhenUsed(engine: DemoEngine): void {
  const ask = () => {
    if (engine.reranker) void askToPersist()
  }
  engine.watch(ask)
  for (const type of ['click', 'keyup']) addEventListener(type, ask)
}

async function askToPersist(): Promise<void> {
  const { userActivation, storage } = navigator as Navigator & { userActivation?: UserActivation }
  if (!storage?.persist || !userActivation?.hasBeenActive || readSetting('persistence') === 'asked') return
  writeSetting('persistence', 'asked')
  await unlessBlocked(async () => (await storage.persisted()) || storage.persist(), false)
}

function showNotices(offline: Offline): void {
  const { state, unkept } = offline
  notify(
    'update',
    state.phase === 'update'
      ? {
          text: 'A new version of this app is here. What you typed stays.',
          action: { label: 'Reload', act: () => offline.update() },
        }
      : undefined,
  )
  const full = unkept?.startsWith('QuotaExceededError')
    ? 'the storage that the browser gives this site is full'
    : unkept
  notify(
    'unkept',
    full === undefined
      ? undefined
      : { text: `A part of this app could not be kept, so it may not open offline: ${full}.` },
  )
}

function describeOffline({ state }: Offline, hasModel: boolean): string {
  switch (state.phase) {
    case 'none':
      return 'Off: this browser, or this address, keeps no apps.'
    case 'installing':
      return 'Being set up …'
    case 'failed':
      return `Not set up. ${state.reason}`
    case 'update':
    case 'kept':
      return hasModel ? 'On: searches and ranks' : 'On for words; the model is not kept'
  }
}

/** Removes this app's entries; other apps may share the origin. */
function removeOwnEntries(storage: Storage): void {
  for (const name of Object.keys(storage)) if (name.startsWith('mvp-')) storage.removeItem(name)
}

async function keptAppSize(): Promise<number> {
  if (!(await caches.has(CACHE))) return 0
  const cache = await caches.open(CACHE)
  let size = 0
  for (const request of await cache.keys()) size += (await (await cache.match(request))?.blob())?.size ?? 0
  return size
}

/**
 * What storage says; the other value where the browser has none, or the visitor blocks it: then it throws, or rejects.
 */
async function unlessBlocked<T>(ask: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await ask()
  } catch {
    return otherwise
  }
}
