import { parseManifest } from '../model/parseManifest.js'
import { sha256 } from '../util/sha256.js'
import { withWebLock } from '../util/webLock.js'
import { type PartStore, partName } from './partStore.js'

const COMPLETE = 'manifest-'
const COMING = 'coming-'

/** A model that was not used for so long leaves. */
const UNUSED_MS = 60 * 24 * 60 * 60 * 1000

/**
 * The manifests of the models that are kept. Each model has up to two: of the version whose files were all there once, which serves when there is
 * no network, and of the one that is being fetched. Chunks that no manifest names are deleted.
 */
export class CachedManifests {
  readonly #parts: PartStore

  constructor(parts: PartStore) {
    this.#parts = parts
  }

  /** The manifest of the last version of a model that was loaded from here. */
  async read(url: string): Promise<Uint8Array | undefined> {
    const bytes = await this.#parts.read(COMPLETE + (await key(url)))
    return bytes && chunksOf(bytes) ? bytes : undefined
  }

  /** From now on the chunks that it names stay. */
  async begin(url: string, manifest: Uint8Array): Promise<void> {
    await this.#parts.write(COMING + (await key(url)), manifest)
  }

  /** A version that was complete before is in use: the time of the file tells. */
  async touch(url: string, manifest: Uint8Array): Promise<void> {
    await this.#parts.write(COMPLETE + (await key(url)), manifest)
  }

  /** All its files are there: it takes the place of the former version, whose chunks leave. */
  async complete(url: string, manifest: Uint8Array): Promise<void> {
    const name = await key(url)
    await withWebLock('manifests', undefined, async () => {
      await this.#parts.write(COMPLETE + name, manifest)
      await this.#parts.remove(COMING + name)
      await this.#evict()
    })
  }

  async #evict(): Promise<void> {
    const parts = await this.#parts.list()
    const named = new Set<string>()
    for (const { name, modified } of parts) {
      if (!name.startsWith(COMPLETE) && !name.startsWith(COMING)) continue
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

const key = (url: string) => sha256(new TextEncoder().encode(url))

/** Names of the chunks of a manifest; nothing for one that was damaged. */
function chunksOf(manifest: Uint8Array): string[] | undefined {
  try {
    const { files } = parseManifest(JSON.parse(new TextDecoder().decode(manifest)))
    return files.flatMap(file => file.chunks.map(partName))
  } catch {
    return undefined
  }
}
