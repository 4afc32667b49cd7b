import { parseManifest } from '../model/parseManifest.js'
import { sha256 } from '../util/sha256.js'
import { withWebLock } from '../util/webLock.js'
import { type PartStore, partName } from './partStore.js'

const COMPLETE = 'manifest-'
const PENDING = 'coming-'

/** A model that was not used for this long is evicted. */
const UNUSED_MS = 60 * 24 * 60 * 60 * 1000

/**
 * The manifests of the kept models. A model has up to two: that of its complete version, which works offline, and that
 * of the version that is being fetched. Chunks that no manifest names are deleted.
 */
export class CachedManifests {
  readonly #parts: PartStore

  constructor(parts: PartStore) {
    this.#parts = parts
  }

  /** The manifest of the last complete version of a model. */
  async read(url: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#parts.read(COMPLETE + (await key(url)))
    return bytes && chunksOf(bytes) ? bytes : undefined
  }

  /** Protects the chunks of a version that is being fetched. */
  async markPending(url: string, manifest: Uint8Array): Promise<void> {
    await this.#parts.write(PENDING + (await key(url)), manifest)
  }

  /** Renews the time of a complete version's last use. */
  async markUsed(url: string, manifest: Uint8Array): Promise<void> {
    await this.#parts.write(COMPLETE + (await key(url)), manifest)
  }

  /** Call this once all files of a version are there: it replaces the former version and evicts its chunks. */
  async markComplete(url: string, manifest: Uint8Array): Promise<void> {
    const name = await key(url)
    await withWebLock('manifests', undefined, async () => {
      await this.#parts.write(COMPLETE + name, manifest)
      await this.#parts.remove(PENDING + name)
      await this.#evict()
    })
  }

  async #evict(): Promise<void> {
    const parts = await this.#parts.list()
    const named = new Set<string>()
    for (const { name, modified } of parts) {
      if (!name.startsWith(COMPLETE) && !name.startsWith(PENDING)) continue
      const bytes = await this.#parts.read(name)
      const chunks = bytes && chunksOf(bytes)
      if (!chunks || modified < Date.now() - UNUSED_MS) continue
      for (const chunk of [name, ...chunks]) named.add(chunk)
    }
    for (const { name } of parts) {
      if (!named.has(name)) await this.#parts.remove(name)
    }
  }
}

/** Chunks of each file that are worth reading before it is known that the manifest still holds: 12 MiB of weights. */
const AHEAD = 3

/** Names of the first chunks of each file of a manifest that `read` gave. */
export function firstChunks(manifest: Uint8Array): string[] {
  return filesOf(manifest).flatMap(({ chunks }) => chunks.slice(0, AHEAD).map(partName))
}

const filesOf = (manifest: Uint8Array) => parseManifest(JSON.parse(new TextDecoder().decode(manifest))).files

const key = (url: string) => sha256(new TextEncoder().encode(url))

/** Names of a manifest's chunks; undefined if it is damaged. */
function chunksOf(manifest: Uint8Array): string[] | undefined {
  try {
    return filesOf(manifest).flatMap(file => file.chunks.map(partName))
  } catch {
    return undefined
  }
}
