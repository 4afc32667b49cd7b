import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { RerankError } from '../api/errors.js'
import { indexError } from '../api/indexErrors.js'
import type { IndexInfo, QueryOptions, QueryResult, Section, SiteSearch } from '../api/search.js'
import { checkOptionNames } from '../util/checkOptionNames.js'
import { wrongType } from '../util/wrongType.js'
import { checkOptions, checkText } from './checkQuery.js'
import { gunzip } from './fetchIndexFile.js'
import { indexInfo } from './indexInfo.js'
import { INDEX_FILE, type IndexManifest, parseIndexManifest } from './indexManifest.js'
import { loadStemmer } from './loadStemmer.js'
import { readIndexFile } from './readIndexFile.js'
import { SearchIndex } from './searchIndex.js'
import { STEMMED_LANGUAGES } from './stemmedLanguages.js'

/** Opens a site's index in this thread of Node. @param src the folder that `mvp-rerank index` wrote */
export async function openFolder(options: { src: string; signal?: AbortSignal }): Promise<SiteSearch> {
  checkOptionNames(options, 'src signal')
  const { src, signal } = options
  if (typeof src !== 'string') throw wrongType('bad-option', 'src', src, 'a string')
  const manifest = await readManifest(src)
  signal?.throwIfAborted()
  const index = new SearchIndex(manifest, await readIndexFile(src, manifest.words, gunzip))
  for (const language of manifest.languages ?? []) {
    const stem = await loadStemmer(language, packagedStemmers())
    if (stem) index.addStemmer(language, stem)
  }
  signal?.throwIfAborted()
  return new FolderSearch(src, index)
}

class FolderSearch implements SiteSearch {
  readonly info: IndexInfo
  readonly #folder: string
  /** Undefined once disposed. */
  #index: SearchIndex | undefined
  /** The codes of embeddings and tokens, once a query has had a vector. */
  #codes: Promise<void> | undefined

  constructor(folder: string, index: SearchIndex) {
    this.#folder = folder
    this.#index = index
    this.info = indexInfo(index.manifest)
  }

  async query(text: string, { signal, ...options }: QueryOptions = {}): Promise<QueryResult> {
    checkText(text)
    checkOptions(options)
    signal?.throwIfAborted()
    if (options.vector) {
      // Once; again where that has failed.
      this.#codes ??= this.#readCodes(this.#opened()).catch(error => {
        this.#codes = undefined
        throw error
      })
      await this.#codes
      signal?.throwIfAborted()
    }
    return this.#opened().query(text, options)
  }

  async sections(ids: readonly number[]): Promise<Section[]> {
    const index = this.#opened()
    return ids.flatMap(id => index.section(id) ?? [])
  }

  async dispose(): Promise<void> {
    this.#index = undefined
  }

  async #readCodes(index: SearchIndex): Promise<void> {
    const { embeddings, tokens } = index.manifest
    if (embeddings) index.addEmbeddings(await readIndexFile(this.#folder, embeddings))
    if (tokens) index.addTokenCodes(await readIndexFile(this.#folder, tokens))
  }

  #opened(): SearchIndex {
    if (this.#index) return this.#index
    throw new RerankError('disposed', 'The search was disposed.', { remedy: 'Open it again.' })
  }
}

async function readManifest(folder: string): Promise<IndexManifest> {
  const file = join(folder, INDEX_FILE)
  const text = await readFile(file, 'utf8').catch(cause => {
    throw indexError('index-not-found', `${file} cannot be read.`, { cause })
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw indexError('bad-index', `${file} is not JSON.`, { cause })
  }
  return parseIndexManifest(json)
}

/** The package's stemmers, in the order of `STEMMED_LANGUAGES`, in some folder above this module. */
function packagedStemmers(): string[] {
  const [first] = STEMMED_LANGUAGES
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(join(folder, `stemmer-${first}.js`))) continue
    return [...STEMMED_LANGUAGES].map(language => pathToFileURL(join(folder, `stemmer-${language}.js`)).href)
  }
  return []
}
