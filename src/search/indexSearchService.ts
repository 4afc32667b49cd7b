import { indexError } from '../api/indexErrors.js'
import type { IndexInfo, QueryResult, SearchProgress, Section } from '../api/search.js'
import type { WireQueryOptions } from '../threads/searchProtocol.js'
import { fetchIndexFile, fetchManifest, gunzip } from './fetchIndexFile.js'
import { INDEX_FILE } from './indexManifest.js'
import { SearchIndex } from './searchIndex.js'

/** One site's index in a worker: opened once, then searched. */
export class IndexSearchService {
  #folder = ''
  #index: SearchIndex | undefined
  /** Settles once the embeddings have been loaded or could not be. */
  #embeddings: Promise<unknown> | undefined
  /** The same of the token codes. */
  #tokens: Promise<unknown> | undefined

  /** @param folder its URL, ending in `/`. @throws RerankError */
  async open(folder: string, onProgress: (progress: SearchProgress) => void): Promise<IndexInfo> {
    const manifest = await fetchManifest(folder)
    const total = manifest.words.bytes
    const packed = await fetchIndexFile(folder, manifest.words, loaded =>
      onProgress({ phase: 'download', loaded: Math.min(loaded, total), total }),
    )
    onProgress({ phase: 'load', loaded: 0, total: 1 })
    this.#index = new SearchIndex(manifest, await gunzip(packed))
    this.#folder = folder
    onProgress({ phase: 'load', loaded: 1, total: 1 })
    const { version, sections, pages, filters, credits, embeddings, tokens } = manifest
    return {
      version,
      sections,
      pages,
      sha256: manifest.words.sha256,
      filters,
      credits,
      bytes: new TextEncoder().encode(JSON.stringify(manifest)).length + total,
      ...(embeddings
        ? {
            embeddings: {
              model: embeddings.model,
              ...(embeddings.weights === undefined ? {} : { weights: embeddings.weights }),
              width: embeddings.width,
            },
          }
        : {}),
      ...(tokens ? { tokens: { bytes: tokens.bytes } } : {}),
    }
  }

  /**
   * The first query with a vector waits for the codes of embeddings, and does not wait for the larger ones of tokens.
   * If they fail to load, the rest answers and the next query retries.
   */
  async query(text: string, options: WireQueryOptions): Promise<QueryResult> {
    const index = this.#opened()
    if (options.vector && index.manifest.embeddings) await this.#loadEmbeddings(index)
    if (options.tokens) void this.#loadTokens(index)
    return index.query(text, options)
  }

  async loadEmbeddings(): Promise<void> {
    const index = this.#opened()
    if (!index.manifest.embeddings) return
    await this.#loadEmbeddings(index)
    await this.#loadTokens(index)
  }

  /** Unknown ids are left out. */
  sections(ids: readonly number[]): Section[] {
    const index = this.#opened()
    return ids.flatMap(id => index.section(id) ?? [])
  }

  #loadEmbeddings(index: SearchIndex): Promise<unknown> {
    const load = async () => index.addEmbeddings(await fetchIndexFile(this.#folder, index.manifest.embeddings!))
    this.#embeddings ??= load().catch(() => {
      this.#embeddings = undefined
    })
    return this.#embeddings
  }

  async #loadTokens(index: SearchIndex): Promise<unknown> {
    const { tokens } = index.manifest
    const load = async () => tokens && index.addTokenCodes(await fetchIndexFile(this.#folder, tokens))
    this.#tokens ??= load().catch(() => {
      this.#tokens = undefined
    })
    return this.#tokens
  }

  #opened(): SearchIndex {
    if (this.#index) return this.#index
    throw indexError('index-not-found', `No ${INDEX_FILE} was opened.`)
  }
}
