import { RerankError } from '../api/errors.js'
import { modelError, modelNotFound } from '../api/modelErrors.js'
import { MANIFEST_FILE, type ModelFile } from '../model/manifest.js'
import { readCached } from './cachedFile.js'
import { CachedManifests, firstChunks } from './cachedManifests.js'
import { type ModelSource, type ReadOptions, sameBytes, verifyFile } from './modelSource.js'
import type { PartStore } from './partStore.js'
import { ReadAhead } from './readAhead.js'
import { DOWNLOAD_RETRY, type DownloadRetry, request, retryDownload } from './request.js'

export interface UrlSourceOptions {
  /** Opens the store that keeps files. Its error is reported as the reason. Without it, files are only in memory. */
  openParts?: (() => Promise<PartStore>) | undefined
  retry?: DownloadRetry
}

/** Far larger than any manifest. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024

/** For a request that only checks for a newer model. */
const UPDATE_CHECK_RETRY: DownloadRetry = { stallMs: 5_000, retries: 0, pauseMs: 0 }

/** A model folder on a web server. Its files are kept from the first visit on. */
export class UrlSource implements ModelSource {
  #parts: PartStore | undefined
  #opened = false
  #manifest: Uint8Array = new Uint8Array()
  /** Whether the manifest belongs to a complete, kept model. */
  #isKept = false
  #ahead: ReadAhead | undefined
  /** Renews the time of a kept model's last use, while its files are read. */
  #renewing: Promise<void> | undefined

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
    // The site's answer takes a while, and most often the manifest is the same.
    if (kept && this.#parts && !options.recheck) this.#ahead = new ReadAhead(this.#parts, firstChunks(kept))
    try {
      this.#manifest = await this.#fetchManifest(
        kept || options.recheck ? UPDATE_CHECK_RETRY : this.#retry,
        options.signal,
      )
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!kept || !(error instanceof RerankError)) throw error
      this.#manifest = kept
      options.onStatus?.({
        kind: 'offline',
        reason: `${error.message} The model kept from an earlier visit is used.`,
      })
    }
    this.#isKept = kept !== undefined && sameBytes(kept, this.#manifest)
    if (this.#isKept) {
      this.#renewing = manifests?.markUsed(this.name, this.#manifest).catch(error => this.#stopCaching(error, options))
    } else {
      await manifests?.markPending(this.name, this.#manifest).catch(error => this.#stopCaching(error, options))
    }
    return this.#manifest
  }

  async readFile(file: ModelFile, options: ReadOptions): Promise<Uint8Array> {
    const bytes = await readCached(new URL(file.path, this.name).href, file, {
      parts: this.#parts && (this.#ahead ?? this.#parts),
      retry: this.#retry,
      signal: options.signal,
      onBytes: options.onBytes,
      onCacheFailure: error => this.#stopCaching(error, options),
    })
    // The chunks' hashes verify every byte. The file's own hash is checked once, in case the manifest contradicts them.
    if (!this.#isKept) await verifyFile(file, bytes)
    return bytes
  }

  async complete(options: ReadOptions): Promise<void> {
    // Without a new version nothing is evicted: a version whose download was interrupted stays.
    if (this.#isKept) await this.#renewing
    else if (this.#parts) {
      const manifests = new CachedManifests(this.#parts)
      await manifests.markComplete(this.name, this.#manifest).catch(error => this.#stopCaching(error, options))
    }
  }

  get #retry(): DownloadRetry {
    return this.#options.retry ?? DOWNLOAD_RETRY
  }

  async #openParts(options: ReadOptions): Promise<void> {
    if (this.#opened || !this.#options.openParts) return
    this.#opened = true
    try {
      this.#parts = await this.#options.openParts()
    } catch (error) {
      reportNotCached(error, options.onStatus)
    }
  }

  #stopCaching(error: unknown, { onStatus }: ReadOptions): void {
    if (this.#parts) reportNotCached(error, onStatus)
    this.#parts = undefined
  }

  #fetchManifest(retry: DownloadRetry, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const url = new URL(MANIFEST_FILE, this.name).href
    return retryDownload(url, retry, signal, async () => {
      const answer = await request(url, { cache: 'no-cache', stallMs: retry.stallMs, signal, missing: modelNotFound })
      try {
        const pieces: Uint8Array[] = []
        let size = 0
        for (let piece = await answer.next(); piece; piece = await answer.next()) {
          pieces.push(piece)
          size += piece.length
          if (size > MAX_MANIFEST_BYTES) throw modelError('bad-manifest', `${url} is longer than any manifest.`)
        }
        return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer())
      } finally {
        answer.close()
      }
    })
  }
}

function reportNotCached(error: unknown, onStatus: ReadOptions['onStatus']): void {
  const { name, message } = error instanceof Error ? error : { name: '', message: String(error) }
  const why = name === 'QuotaExceededError' ? 'the storage that the browser gives this site is full' : message
  onStatus?.({ kind: 'not-cached', reason: `The model is in memory only and will be downloaded again: ${why}.` })
}
