import type { IndexCredit } from '../api/search.js'
import { toolError } from '../api/toolErrors.js'
import { VERSION } from '../api/version.js'
import { codeBytes } from '../search/codes.js'
import { INDEX_VERSION } from '../search/indexManifest.js'
import { buildInvertedIndex } from '../search/invertedIndex.js'
import type { IndexedPage, IndexedSection } from '../search/packedIndex.js'
import { sectionFields } from '../search/sectionFields.js'
import { stemmedLanguage } from '../search/stemmedLanguages.js'
import { checkCount } from '../util/wrongType.js'
import { EmbeddingProgressFile } from './embeddingProgressFile.js'
import { codesOf, type Embedder } from './embeddings.js'
import { DEFAULT_FILTERS, LEAST_SECTION_LENGTH } from './page.js'
import { PreviousIndex, passageKey } from './previousIndex.js'
import { type IndexSource, type IndexWarning, readSources } from './readSources.js'
import { writeIndex } from './writeIndex.js'

export interface BuildOptions {
  sources: readonly IndexSource[]
  /** The folder to write. If it holds an index, unchanged files are taken from it. */
  out: string
  /** Makes the embeddings; without it, the index has only words. */
  embedder?: Embedder | undefined
  /** Fields of front matter (or `<meta>`) that become filters. @default version, language, section */
  filters?: readonly string[]
  /**
   * Longest text of a section, in characters. The default fits, headings and code included, into the 256 tokens that a
   * small reranker reads. At least 100.
   * @default 700
   */
  maxLength?: number
  /** CSS selector of the main content of HTML pages. @default recognized by its markup */
  main?: string | undefined
  /** CSS selector of elements to leave out of HTML pages, in addition to navigation. */
  ignore?: string | undefined
  /** Globs of files to leave out. @default pages that generators add: indexes, search, errors, print */
  exclude?: readonly string[] | undefined
  credits?: readonly IndexCredit[]
  /** Stop embedding after this many seconds; the next run continues. @default no limit */
  embedSeconds?: number | undefined
  /** Ignore the index that is there. @default false */
  anew?: boolean
  /** Identifies what else the reading of pages depends on. When it changes, all are read again. */
  reader?: string
  onWarning?: (warning: IndexWarning) => void
  onProgress?: (progress: BuildProgress) => void
  signal?: AbortSignal
}

export interface BuildProgress {
  phase: 'read' | 'embed'
  done: number
  total: number
  /** The share of the work that is done, from 0 to 1. Long sections come last and take longer. */
  share: number
}

export interface BuildReport {
  files: number
  pages: number
  sections: number
  /** Files reused from the previous index. */
  unchanged: number
  /** Texts that were embedded. The codes of the others were reused. */
  embedded: number
  /** Texts that the next run must embed, since the time was over. Until then the index has only words. */
  unfinished: number
  warnings: number
  /** Sizes of the files that a visitor downloads. */
  bytes: { words: number; embeddings: number }
  seconds: { read: number; words: number; embeddings: number }
}

/**
 * Reads pages, splits them into sections and writes an index of their words and embeddings.
 * @throws RerankError `nothing-to-index`, `bad-option`, or `signal.reason`; an earlier index then stays as it was
 */
export async function buildIndex(options: BuildOptions): Promise<BuildReport> {
  const { out, embedder, maxLength = 700, filters = DEFAULT_FILTERS, credits = [], signal } = options
  const { onWarning = () => {}, onProgress = () => {} } = options
  const { main, ignore, exclude } = options
  checkCount('maxLength', maxLength, LEAST_SECTION_LENGTH)
  const read = [maxLength, filters, options.sources, main, ignore, exclude, options.reader]
  const settings = JSON.stringify([VERSION, INDEX_VERSION, ...read])
  const lap = stopwatch()

  const previous = options.anew ? PreviousIndex.none() : await PreviousIndex.read(out)
  const { pages, sections, files, counts } = await readSources(previous, {
    sources: options.sources,
    maxLength,
    filters,
    main,
    ignore,
    exclude,
    settings,
    onWarning,
    onProgress: (done, total) => onProgress({ phase: 'read', done, total, share: done / total }),
    signal,
  })
  if (sections.length === 0) {
    throw toolError('nothing-to-index', `None of the ${counts.files} files has text to be indexed.`)
  }
  const readSeconds = lap()

  const words = buildInvertedIndex(sections.map(section => sectionFields(pages[section.page]!, section)))
  const wordsSeconds = lap()

  const progressFile = embedder && (await EmbeddingProgressFile.open(out, embedder.weights, codeBytes(embedder.width)))
  const texts = sections.map(section => passageKey(pages[section.page]!, section))
  const codes =
    progressFile &&
    (await codesOf(texts, embedder, previous, progressFile, {
      signal,
      seconds: options.embedSeconds,
      onProgress: (done, total, share) => onProgress({ phase: 'embed', done, total, share }),
    }))
  const unfinished = codes?.unfinished ?? 0
  const embeddings = lap()

  const bytes = await writeIndex(
    out,
    {
      format: 'mvp-rerank-index',
      version: INDEX_VERSION,
      sections: sections.length,
      pages: pages.length,
      filters: filterValues(pages, sections),
      ...languagesIn(pages, sections),
      credits: [...credits],
    },
    { pages, sections, words },
    { settings, files, ...(embedder ? { model: embedder.weights } : {}) },
    codes && embedder && unfinished === 0
      ? { codes: codes.codes, model: embedder.model, weights: embedder.weights, width: embedder.width }
      : undefined,
  )
  if (unfinished === 0) await progressFile?.remove()
  return {
    ...counts,
    pages: pages.length,
    sections: sections.length,
    embedded: codes?.embedded ?? 0,
    unfinished,
    bytes,
    seconds: { read: readSeconds, words: wordsSeconds, embeddings },
  }
}

/** @returns a function that returns the seconds since its last call, rounded to hundredths */
function stopwatch(): () => number {
  let before = performance.now()
  return () => {
    const now = performance.now()
    const seconds = Number(((now - before) / 1000).toFixed(2))
    before = now
    return seconds
  }
}

/** The languages with a stemmer, most sections first. */
function languagesIn(pages: readonly IndexedPage[], sections: readonly IndexedSection[]): { languages?: string[] } {
  const counts = new Map<string, number>()
  for (const { page } of sections) {
    const language = stemmedLanguage(pages[page]!.language ?? '')
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1)
  }
  const languages = [...counts].sort((a, b) => b[1] - a[1]).map(([language]) => language)
  return languages.length > 0 ? { languages } : {}
}

/** The values of each filter, most sections first. */
function filterValues(pages: readonly IndexedPage[], sections: readonly IndexedSection[]): Record<string, string[]> {
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
