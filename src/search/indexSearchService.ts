import { indexError } from '../api/indexErrors.js'
import type { IndexInfo, QueryResult, SearchProgress, Section } from '../api/search.js'
import type { WireQueryOptions } from '../threads/searchProtocol.js'
import { fetchIndexFile, fetchManifest, gunzip } from './fetchIndexFile.js'
import { indexInfo } from './indexInfo.js'
import { INDEX_FILE, type IndexedFile } from './indexManifest.js'
import { SearchIndex } from './searchIndex.js'
import type { Stem } from './stems.js'

/** Holds one site's index in a worker. `open` comes first, then queries. */
export class IndexSearchService {
  #folder = ''
  #index: SearchIndex | undefined
  /** By hash. They settle when the file was added to the index or loading failed. */
  readonly #files = new Map<string, Promise<unknown>>()

  /** @param folder its URL, ending in `/`. @throws RerankError */
  async open(
    folder: string,
    onProgress: (progress: SearchProgress) => void,
    loadStemmer?: (language: string) => Promise<Stem | undefined>,
  ): Promise<IndexInfo> {
    const manifest = await fetchManifest(folder)
    const stemmers = (manifest.languages ?? []).map(
      async language => [language, await loadStemmer?.(language)] as const,
    )
    const total = manifest.words.bytes
    let loaded = 0
    const packed = await fetchIndexFile(
      folder,
      manifest.words,
      bytes => {
        loaded += bytes
        onProgress({ phase: 'download', loaded: Math.min(loaded, total), total })
      },
      gunzip,
    )
    onProgress({ phase: 'load', loaded: 0, total: 1 })
    this.#index = new SearchIndex(manifest, packed)
    for (const [language, stem] of await Promise.all(stemmers)) if (stem) this.#index.addStemmer(language, stem)
    this.#folder = folder
    return indexInfo(manifest)
  }

  /**
   * The first query with a vector waits for the codes of embeddings. Those of tokens are larger: only a query for no
   * results waits for them. If they fail to load, the rest answers and the next query retries.
   */
  async query(text: string, options: WireQueryOptions): Promise<QueryResult> {
    const index = this.#opened()
    const { embeddings, tokens } = index.manifest
    const { vector, limit } = options
    if (vector && embeddings) {
      await this.#load(embeddings, codes => index.addEmbeddings(codes))
      if (tokens && vector.length > embeddings.width) {
        const loading = this.#load(tokens, codes => index.addTokenCodes(codes))
        if (limit === 0) await loading
      }
    }
    return index.query(text, options)
  }

  /** Unknown ids are left out. */
  sections(ids: readonly number[]): Section[] {
    const index = this.#opened()
    return ids.flatMap(id => index.section(id) ?? [])
  }

  /** Fetches a file once; again where that has failed. */
  #load(file: IndexedFile, add: (content: Uint8Array) => void): Promise<unknown> {
    const loading =
      this.#files.get(file.sha256) ??
      fetchIndexFile(this.#folder, file)
        .then(add)
        .catch(() => this.#files.delete(file.sha256))
    this.#files.set(file.sha256, loading)
    return loading
  }

  #opened(): SearchIndex {
    if (this.#index) return this.#index
    throw indexError('index-not-found', `No ${INDEX_FILE} was opened.`)
  }
}
