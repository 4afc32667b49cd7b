import { RerankError } from '../api/errors.js'
import type { IndexInfo, OpenSearchOptions, QueryOptions, QueryResult, Section, SiteSearch } from '../api/search.js'
import { connectWorker } from '../threads/connectWorker.js'
import { type Opened, openService } from '../threads/openService.js'
import { pageUrl } from '../threads/pageUrl.js'
import type { SearchService } from '../threads/searchProtocol.js'
import { searchWorkerFile } from '../threads/searchWorkerFile.js'
import { startWorker } from '../threads/startWorker.js'
import { raceAbort } from '../util/abort.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { isolateCallback } from '../util/isolateCallback.js'
import { checkOptions, checkText } from './checkQuery.js'
import { stemmerFiles } from './stemmerFiles.js'

/**
 * Starts a worker and opens a site's index in it.
 * @throws RerankError `bad-option` for an unknown option; `unsupported` outside of a page; `worker-failed` if the
 * worker does not start
 * @throws RerankError `index-not-found`, `bad-index`, `version-mismatch`, `hash-mismatch` or `download-failed` if the
 * index is missing or damaged
 * @throws `signal.reason` if the signal aborts
 * @example
 * const search = await openSearch({ src: 'search/' })
 * const { candidates } = await search.query('close the server')
 */
export async function openSearch(options: OpenSearchOptions): Promise<SiteSearch> {
  checkOptionNames(options, 'src workerUrl createWorker onProgress signal')
  const folder = new URL(options.src, pageUrl())
  folder.pathname = folder.pathname.replace(/(?:\/index\.json)?\/?$/, '/')
  const search = new WorkerSearch(folder.href, options)
  try {
    await raceAbort(search.opened(), options.signal)
    return search
  } catch (error) {
    await search.dispose()
    throw error
  }
}

interface WorkerInstance extends Opened<SearchService, IndexInfo> {
  /** Rejects when the worker dies. */
  died: Promise<never>
}

/** The handle on an index in a worker. The next call replaces a worker that died. Each call replaces at most one. */
class WorkerSearch implements SiteSearch {
  info!: IndexInfo
  readonly #closing = new AbortController()
  #instance: Promise<WorkerInstance> | undefined

  readonly #folder: string
  readonly #options: OpenSearchOptions

  constructor(folder: string, options: OpenSearchOptions) {
    this.#folder = folder
    this.#options = options
  }

  query(text: string, { signal, ...options }: QueryOptions = {}): Promise<QueryResult> {
    return this.#call(signal, service => service.query(checkText(text), checkOptions(options)))
  }

  sections(ids: readonly number[]): Promise<Section[]> {
    return this.#call(undefined, service => service.sections([...ids]))
  }

  async dispose(): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new RerankError('disposed', 'The search was disposed.', { remedy: 'Open it again.' }))
    await this.#instance?.then(({ connection }) => connection.close()).catch(() => undefined)
  }

  async opened(): Promise<WorkerInstance> {
    this.#instance ??= this.#start()
    try {
      return await this.#instance
    } catch (error) {
      this.#instance = undefined
      throw error
    }
  }

  async #call<R>(signal: AbortSignal | undefined, task: (service: SearchService) => Promise<R>): Promise<R> {
    signal?.throwIfAborted()
    const attempt = async () => {
      const instance = await this.opened()
      return Promise.race([task(instance.connection.service), instance.died])
    }
    const answer = attempt().catch(error => {
      if (!(error instanceof RerankError && error.code === 'worker-failed')) throw error
      return attempt()
    })
    return raceAbort(raceAbort(answer, signal), this.#closing.signal)
  }

  async #start(): Promise<WorkerInstance> {
    const { createWorker, workerUrl } = this.#options
    const onProgress = isolateCallback(this.#options.onProgress)
    // Bundlers move the library's files to other folders. A worker of the page's own finds them beside itself.
    const own = !createWorker && workerUrl === undefined
    const opened = await openService<SearchService, IndexInfo>(
      failed => connectWorker(() => startWorker(this.#options, searchWorkerFile, failed)),
      ({ service, callback }, whileOpening) =>
        service.open(this.#folder, callback(whileOpening(onProgress)), own ? stemmerFiles() : undefined),
      this.#closing.signal,
    )
    this.info = opened.info
    // From here, not from the worker: its answer may overtake its progress.
    onProgress({ phase: 'load', loaded: 1, total: 1 })
    const died = new Promise<never>((_, reject) => {
      opened.connection.onDeath(error => {
        this.#instance = undefined
        reject(error)
      })
    })
    died.catch(() => undefined)
    return { ...opened, died }
  }
}
