import { indexError } from '../api/indexErrors.js'
import type { IndexInfo, QueryResult, SearchProgress, Section } from '../api/search.js'
import type { WireQueryOptions } from '../threads/searchProtocol.js'
import { fetchIndexFile, fetchManifest, gunzip } from './fetchIndexFile.js'
import { INDEX_FILE } from './indexManifest.js'
import { SearchIndex } from './searchIndex.js'
import type { Stem } from './stems.js'

/** Holds one site's index in a worker. `open` comes first, then queries. */
export class IndexSearchService {
  #folder = ''
  #index: SearchIndex | undefined
  /** Settles when the embeddings are loaded or loading failed. */
  #embeddings: Promise<unknown> | undefined

  /** @param folder its URL, ending in `/`. @throws RerankError */
  async open(
    folder: string,
    onProgress: (progress: SearchProgress) => void,
    loadStemmer: (language: string) => Promise<Stem | undefined> = async () => undefined,
  ): Promise<IndexInfo> {
    const manifest = await fetchManifest(folder)
    const stemmers = (manifest.languages ?? []).map(async language => ({ language, stem: await loadStemmer(language) }))
    const total = manifest.words.bytes
    const packed = await fetchIndexFile(folder, manifest.words, loaded =>
      onProgress({ phase: 'download', loaded: Math.min(loaded, total), total }),
    )
    onProgress({ phase: 'load', loaded: 0, total: 1 })
    this.#index = new SearchIndex(manifest, await gunzip(packed))
    for (const { language, stem } of await Promise.all(stemmers)) if (stem) this.#index.addStemmer(language, stem)
    this.#folder = folder
    onProgress({ phase: 'load', loaded: 1, total: 1 })
    const { version, sections, pages, filters, credits, embeddings } = manifest
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
    }
  }

  /**
   * The first query with a vector waits for the codes. If they fail to load, words alone answer and the next query
   * retries.
   */
  async query(text: string, options: WireQueryOptions): Promise<QueryResult> {
    const index = this.#opened()
    if (options.vector && index.manifest.embeddings) {
      this.#embeddings ??= this.#loadEmbeddings(index).catch(() => {
        this.#embeddings = undefined
      })
      await this.#embeddings
    }
    return index.query(text, options)
  }

  /** Unknown ids are left out. */
  sections(ids: readonly number[]): Section[] {
    const index = this.#opened()
    return ids.flatMap(id => index.section(id) ?? [])
  }

  async #loadEmbeddings(index: SearchIndex): Promise<void> {
    index.addEmbeddings(await fetchIndexFile(this.#folder, index.manifest.embeddings!))
  }

  #opened(): SearchIndex {
    if (this.#index) return this.#index
    throw indexError('index-not-found', `No ${INDEX_FILE} was opened.`)
  }
}
