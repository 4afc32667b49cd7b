import { indexError } from '../api/indexErrors.js'
import type { IndexCredit } from '../api/search.js'

/** The file of an index's folder that names the others. */
export const INDEX_FILE = 'index.json'

/** Rises with each change that earlier readers cannot read. */
export const INDEX_VERSION = 2

/**
 * The content of `index.json`. Names of the other files contain part of their hash, so that a cache never mixes two
 * indexes.
 */
export interface IndexManifest {
  format: 'mvp-rerank-index'
  version: typeof INDEX_VERSION
  sections: number
  pages: number
  /** Values by filter name, most frequent first. */
  filters: Record<string, string[]>
  /** Tags of the pages' languages that have a stemmer, most sections first; absent if there are none. */
  languages?: string[]
  /** Sections and the inverted index over their words, packed by `packIndex` and compressed by gzip. */
  words: IndexedFile
  /** Codes of the sections' embeddings. */
  embeddings?: IndexedFile & {
    /** Name of the model. */
    model: string
    /** `info.weights` of the model; absent in indexes of earlier releases. */
    weights?: string
    width: number
  }
  /** Codes of the sections' tokens (`tokenCodes.ts`), by the model of the embeddings and of their width. */
  tokens?: IndexedFile
  credits: IndexCredit[]
}

/** A file, or in place of a large one its parts, to be put one after the other. An edit changes few of them. */
export type IndexedFile = StoredFile | IndexedParts

export interface StoredFile {
  parts?: undefined
  path: string
  bytes: number
  /** Of the stored file, as hex. */
  sha256: string
}

export interface IndexedParts {
  /** Of all parts. */
  bytes: number
  /** Of all parts as they are stored, one after the other. */
  sha256: string
  /** Those of the words are compressed each by itself. */
  parts: readonly StoredFile[]
}

/** The files that hold it, in order. */
export function partsOf(file: IndexedFile): readonly StoredFile[] {
  return file.parts ?? [file]
}

/** @throws RerankError `bad-index` naming the field, `version-mismatch` for one of another version */
export function parseIndexManifest(json: unknown): IndexManifest {
  const manifest = json as IndexManifest
  if ((json as IndexManifest | null)?.format !== 'mvp-rerank-index') fail('format')
  if (manifest.version !== INDEX_VERSION) {
    throw indexError(
      'version-mismatch',
      `The index has format version ${JSON.stringify(manifest.version)}, not ${INDEX_VERSION}.`,
    )
  }
  if (!isCount(manifest.sections)) fail('sections')
  if (!isCount(manifest.pages)) fail('pages')
  if (!isFile(manifest.words)) fail('words')
  const { embeddings } = manifest
  if (embeddings !== undefined) {
    if (!isFile(embeddings) || typeof embeddings.model !== 'string') fail('embeddings')
    if (embeddings.weights !== undefined && !isHash(embeddings.weights)) fail('embeddings.weights')
    if (!isCount(embeddings.width) || embeddings.width === 0 || embeddings.width % 8 !== 0) fail('embeddings.width')
  }
  if (manifest.tokens !== undefined && !(embeddings && isFile(manifest.tokens))) fail('tokens')
  if (!isFilters(manifest.filters)) fail('filters')
  if (manifest.languages !== undefined && !isTexts(manifest.languages)) fail('languages')
  if (!Array.isArray(manifest.credits) || !manifest.credits.every(credit => typeof credit?.name === 'string'))
    fail('credits')
  return manifest
}

/** A whole number below 2³¹. */
function isCount(value: unknown): value is number {
  return ((value as number) & 0x7fffffff) === value
}

function isFile(value: unknown): value is IndexedFile {
  const { path, parts, bytes, sha256 } = (value ?? {}) as Partial<StoredFile> & Partial<IndexedParts>
  const isPlaced = parts ? (parts as StoredFile[]).every?.(isFile) : /^[\w-]+(\.[\w-]+)+$/.test(String(path))
  return isCount(bytes) && isHash(sha256) && isPlaced === true
}

function isHash(value: unknown): boolean {
  return /^[\da-f]{64}$/.test(String(value))
}

function isFilters(value: unknown): boolean {
  return Object(value) === value && Object.values(value as object).every(isTexts)
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(text => typeof text === 'string')
}

function fail(field: string): never {
  throw indexError('bad-index', `The field ${field} of the index's ${INDEX_FILE} is missing or wrong.`)
}
