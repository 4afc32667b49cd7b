import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexCredit } from '../api/search.js'
import { VERSION } from '../api/version.js'
import { codeBytes } from '../search/codes.js'
import { INDEX_VERSION, type IndexManifest } from '../search/indexManifest.js'
import { buildInvertedIndex } from '../search/invertedIndex.js'
import type { IndexedPage, IndexedSection } from '../search/packedIndex.js'
import { sha256 } from '../util/sha256.js'
import { EarlierIndex, type IndexedFile, passageKey, type SourceFile, type Sources } from './earlierIndex.js'
import { codesOf, type Embedder } from './embeddings.js'
import { findFiles } from './findFiles.js'
import { DEFAULT_FILTERS } from './page.js'
import { pageUrl, type UrlOptions } from './pageUrl.js'
import { readPage } from './readPage.js'
import { Unfinished } from './unfinished.js'
import { writeIndex } from './writeIndex.js'

/** Files of one origin. */
export interface IndexSource {
  /** A folder, a file or a glob. */
  from: string
  urls: UrlOptions
  /** Filters that all of its pages have. */
  filters?: Record<string, string[]>
}

export interface BuildOptions {
  sources: readonly IndexSource[]
  /** The folder to write. An index that is there already is taken over as far as files have not changed. */
  out: string
  /** Makes codes of embeddings; without it the index has words alone. */
  embedder?: Embedder | undefined
  /** Fields of front matter (or `<meta>`) that become filters. @default version, language, section */
  filters?: readonly string[]
  /**
   * Longest text of a section, in characters. The default and its headings fit into the 256 tokens that a small reranker reads, code included.
   * @default 700
   */
  maxLength?: number
  credits?: readonly IndexCredit[]
  /** Take nothing over. @default false */
  anew?: boolean
  onWarning?: (warning: IndexWarning) => void
  onProgress?: (progress: BuildProgress) => void
  signal?: AbortSignal
}

export interface IndexWarning {
  /** Relative to its source. */
  file: string
  /** From 1. */
  line?: number
  message: string
}

export interface BuildProgress {
  phase: 'read' | 'embed'
  done: number
  total: number
}

export interface BuildReport {
  files: number
  pages: number
  sections: number
  /** Files that were taken over as they were. */
  unchanged: number
  /** Sections that were embedded; the others' codes were there. */
  embedded: number
  warnings: number
  /** Of the files that a visitor downloads. */
  bytes: { words: number; embeddings: number }
  seconds: { read: number; words: number; embeddings: number }
}

/** Files larger than this are no pages. In bytes. */
const LARGEST_FILE = 10_000_000

/**
 * Reads pages, splits them into sections and writes an index of their words and embeddings.
 * @throws RerankError `nothing-to-index`, or `signal.reason`; the index that was there stays as it was
 */
export async function buildIndex(options: BuildOptions): Promise<BuildReport> {
  const { out, embedder, maxLength = 700, filters = DEFAULT_FILTERS, credits = [], signal } = options
  const { onWarning = () => {}, onProgress = () => {} } = options
  const begin = performance.now()
  const earlier = options.anew ? EarlierIndex.none() : await EarlierIndex.read(out)
  const sources: Sources = { settings: '', files: {}, ...(embedder ? { model: embedder.weights } : {}) }
  sources.settings = JSON.stringify([VERSION, INDEX_VERSION, maxLength, filters, options.sources])
  const pages: IndexedPage[] = []
  const sections: IndexedSection[] = []
  const report = { files: 0, unchanged: 0, warnings: 0 }
  const warn = (warning: IndexWarning) => {
    report.warnings++
    onWarning(warning)
  }
  for (const [i, source] of options.sources.entries()) {
    const { root, files } = await findFiles(source.from, (file, message) => warn({ file, message }))
    for (const [done, file] of files.entries()) {
      signal?.throwIfAborted()
      report.files++
      onProgress({ phase: 'read', done, total: files.length })
      const large = (await stat(join(root, file))).size > LARGEST_FILE
      if (large) {
        warn({ file, message: `left out: larger than ${LARGEST_FILE / 1e6} MB` })
        continue
      }
      const bytes = await readFile(join(root, file))
      const hash = await sha256(bytes)
      const known = earlier.unchanged(`${i}:${file}`, hash, sources.settings)
      if (known) report.unchanged++
      const read = known ?? readFileAnew(file, bytes, hash, source, { maxLength, filters })
      for (const { line, message } of read.warnings) warn({ file, message, ...(line === undefined ? {} : { line }) })
      const entry: SourceFile = { sha256: hash, warnings: read.warnings }
      sources.files[`${i}:${file}`] = entry
      if (!read.file) continue
      entry.page = pages.length
      pages.push(read.file.page)
      for (const section of read.file.sections) sections.push({ page: entry.page, ...section })
    }
  }
  const readAt = performance.now()
  const words = buildInvertedIndex(
    sections.map(({ page, path, text }) => {
      const all = [pages[page]!.title, ...path]
      return { heading: all.at(-1)!, path: all.slice(0, -1).join(' '), text }
    }),
  )
  const wordsAt = performance.now()
  const texts = sections.map(section => passageKey(pages[section.page]!, section))
  const unfinished = embedder && (await Unfinished.open(out, embedder.weights, codeBytes(embedder.width)))
  const embeddings =
    unfinished &&
    (await codesOf(texts, embedder, earlier, unfinished, {
      signal,
      onProgress: (done, total) => onProgress({ phase: 'embed', done, total }),
    }))
  const embeddingsAt = performance.now()
  const manifest: Omit<IndexManifest, 'words' | 'embeddings'> = {
    format: 'mvp-rerank-index',
    version: INDEX_VERSION,
    sections: sections.length,
    pages: pages.length,
    filters: valuesOf(pages, sections),
    credits: [...credits],
  }
  const bytes = await writeIndex(
    out,
    manifest,
    { pages, sections, words },
    sources,
    embeddings &&
      embedder && {
        codes: embeddings.codes,
        model: embedder.model,
        weights: embedder.weights,
        width: embedder.width,
      },
  )
  await unfinished?.remove()
  const seconds = (from: number, to: number) => Number(((to - from) / 1000).toFixed(2))
  return {
    ...report,
    pages: pages.length,
    sections: sections.length,
    embedded: embeddings?.embedded ?? 0,
    bytes,
    seconds: {
      read: seconds(begin, readAt),
      words: seconds(readAt, wordsAt),
      embeddings: seconds(wordsAt, embeddingsAt),
    },
  }
}

type ReadFile = Pick<SourceFile, 'warnings'> & { file?: IndexedFile }

function readFileAnew(
  file: string,
  bytes: Uint8Array,
  sha256: string,
  source: IndexSource,
  options: { maxLength: number; filters: readonly string[] },
): ReadFile & { sha256: string } {
  const warnings: SourceFile['warnings'] = []
  const page = readPage(file, bytes, {
    ...options,
    warn: (message, line) => warnings.push({ message, ...(line === undefined ? {} : { line }) }),
  })
  if (!page || page.sections.length === 0) return { sha256, warnings }
  const { title, filters, permalink, sections } = page
  const url = pageUrl(file, permalink, source.urls)
  return { sha256, warnings, file: { page: { title, url, filters: { ...source.filters, ...filters } }, sections } }
}

/** Values by filter, those of the most sections first. */
function valuesOf(pages: readonly IndexedPage[], sections: readonly IndexedSection[]): Record<string, string[]> {
  const counts = new Map<string, Map<string, number>>()
  for (const { page } of sections) {
    for (const [name, values] of Object.entries(pages[page]!.filters)) {
      const of = counts.get(name) ?? new Map<string, number>()
      counts.set(name, of)
      for (const value of values) of.set(value, (of.get(value) ?? 0) + 1)
    }
  }
  return Object.fromEntries(
    [...counts].map(([name, of]) => [name, [...of].sort((a, b) => b[1] - a[1]).map(([value]) => value)]),
  )
}
