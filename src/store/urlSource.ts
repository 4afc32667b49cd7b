import { RerankError } from '../api/errors.js'
import { MANIFEST_FILE, type ModelFile } from '../model/manifest.js'
import { DOWNLOAD_RETRY, type RetryPolicy, withRetry } from '../util/retry.js'
import { readCached } from './cachedFile.js'
import { CachedManifests } from './cachedManifests.js'
import type { ModelSource, ReadOptions } from './modelSource.js'
import type { PartStore } from './partStore.js'
import { request } from './request.js'
import { sameBytes } from './sameBytes.js'
import { verify } from './verify.js'

export interface UrlSourceOptions {
  /** Opens the place where files are kept; what it throws is why they are not. Without it they are in memory only. */
  openParts?: () => Promise<PartStore>
  patience?: RetryPolicy
}

/** Far beyond any manifest. */
const LONGEST_MANIFEST = 16 * 1024 * 1024

/** How long a server is waited for that only has to tell whether there is a newer model. */
const FOR_NEWS: RetryPolicy = { stallMs: 5_000, retries: 0, pauseMs: 0 }

/** A model folder on a web server, kept from the first visit on. */
export class UrlSource implements ModelSource {
  #parts: PartStore | undefined
  #opened = false
  #manifest: Uint8Array = new Uint8Array()
  /** The manifest is that of a model that was loaded from here before. */
  #proven = false

  readonly #options: UrlSourceOptions

  constructor(
    readonly name: string,
    options: UrlSourceOptions = {},
  ) {
    this.#options = options
  }

  async readManifest(options: ReadOptions): Promise<Uint8Array> {
    await this.#openParts(options)
    const manifests = this.#parts && new CachedManifests(this.#parts)
    const kept = await manifests?.read(this.name)
    try {
      this.#manifest = await this.#fetchManifest(kept || options.again ? FOR_NEWS : this.#patience, options.signal)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!kept || !(error instanceof RerankError)) throw error
      this.#manifest = kept
      options.onStatus?.({
        kind: 'offline',
        reason: `${error.message} The model kept from an earlier visit is used.`,
      })
    }
    this.#proven = kept !== undefined && sameBytes(kept, this.#manifest)
    if (!this.#proven) {
      await manifests?.begin(this.name, this.#manifest).catch(error => this.#dropParts(error, options))
    }
    return this.#manifest
  }

  async readFile(file: ModelFile, options: ReadOptions): Promise<Uint8Array> {
    const bytes = await readCached(new URL(file.path, this.name).href, file, {
      parts: this.#parts,
      patience: this.#patience,
      signal: options.signal,
      onBytes: options.onBytes,
      onUnkept: error => this.#dropParts(error, options),
    })
    // The hashes of the chunks prove every byte, provided that the manifest does not contradict itself; that is seen once.
    if (!this.#proven) await verify(file, bytes)
    return bytes
  }

  async complete(options: ReadOptions): Promise<void> {
    if (!this.#parts) return
    const manifests = new CachedManifests(this.#parts)
    // Where nothing is new, nothing is to be evicted either, least of all a version that was coming when the network went.
    const keeping = this.#proven
      ? manifests.touch(this.name, this.#manifest)
      : manifests.complete(this.name, this.#manifest)
    await keeping.catch(error => this.#dropParts(error, options))
  }

  get #patience(): RetryPolicy {
    return this.#options.patience ?? DOWNLOAD_RETRY
  }

  async #openParts(options: ReadOptions): Promise<void> {
    if (this.#opened || !this.#options.openParts) return
    this.#opened = true
    try {
      this.#parts = await this.#options.openParts()
    } catch (error) {
      tellUnkept(error, options.onStatus)
    }
  }

  #dropParts(error: unknown, { onStatus }: ReadOptions): void {
    if (this.#parts) tellUnkept(error, onStatus)
    this.#parts = undefined
  }

  #fetchManifest(patience: RetryPolicy, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const url = new URL(MANIFEST_FILE, this.name).href
    return withRetry(url, patience, signal, async () => {
      const answer = await request(url, { cache: 'no-cache', stallMs: patience.stallMs, signal })
      try {
        const pieces: Uint8Array[] = []
        let size = 0
        for (let piece = await answer.next(); piece; piece = await answer.next()) {
          pieces.push(piece)
          size += piece.length
          if (size > LONGEST_MANIFEST) throw new RerankError('bad-manifest', `${url} is longer than any manifest.`)
        }
        return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer())
      } finally {
        answer.close()
      }
    })
  }
}

function tellUnkept(error: unknown, onStatus: ReadOptions['onStatus']): void {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  const why = name === 'QuotaExceededError' ? 'the storage that the browser gives this site is full' : message
  onStatus?.({ kind: 'not-cached', reason: `The model is in memory only and will be downloaded again: ${why}.` })
}
