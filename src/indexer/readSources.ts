import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexedPage, IndexedSection } from '../search/packedIndex.js'
import { sha256 } from '../util/sha256.js'
import { findFiles } from './findFiles.js'
import { pageUrl, type UrlOptions } from './pageUrl.js'
import type { PageWithSections, PreviousIndex, SourceFile, Sources } from './previousIndex.js'
import { readPage } from './readPage.js'

/** Files of one origin. */
export interface IndexSource {
  /** A folder, a file or a glob. */
  from: string
  urls: UrlOptions
  /** Filters that all of its pages have. */
  filters?: Record<string, string[]>
}

export interface IndexWarning {
  /** Relative to its source. */
  file: string
  /** From 1. */
  line?: number
  message: string
}

/** Larger files are no pages. In bytes. */
const LARGEST_FILE = 10_000_000

export interface ReadOptions {
  sources: readonly IndexSource[]
  /** Longest text of a section, in characters. */
  maxLength: number
  /** Fields of front matter (or `<meta>`) that become filters. */
  filters: readonly string[]
  /** All options that affect how a file is read: an index of other settings is not reused. */
  settings: string
  onWarning: (warning: IndexWarning) => void
  onProgress: (done: number, total: number) => void
  signal?: AbortSignal | undefined
}

/** All pages of the sources, split into sections. */
export interface ReadSources {
  pages: IndexedPage[]
  sections: IndexedSection[]
  /** By the source's place and the file's path: `0:guide/start.md`. */
  files: Sources['files']
  counts: {
    /** Files that were found. */
    files: number
    unchanged: number
    warnings: number
  }
}

/** Finds and reads the files of all sources; those that have not changed come from the previous index. */
export async function readSources(previous: PreviousIndex, options: ReadOptions): Promise<ReadSources> {
  const all: ReadSources = { pages: [], sections: [], files: {}, counts: { files: 0, unchanged: 0, warnings: 0 } }
  const warn = (warning: IndexWarning) => {
    all.counts.warnings++
    options.onWarning(warning)
  }
  for (const [i, source] of options.sources.entries()) {
    const { root, files } = await findFiles(source.from, (file, message) => warn({ file, message }))
    for (const [done, file] of files.entries()) {
      options.signal?.throwIfAborted()
      all.counts.files++
      options.onProgress(done, files.length)
      if ((await stat(join(root, file))).size > LARGEST_FILE) {
        warn({ file, message: `left out: larger than ${LARGEST_FILE / 1e6} MB` })
        continue
      }
      const bytes = await readFile(join(root, file))
      const hash = await sha256(bytes)
      const key = `${i}:${file}`
      const known = previous.unchanged(key, hash, options.settings)
      if (known) all.counts.unchanged++
      const { warnings, content } = known ?? parseFile(file, bytes, source, options)
      for (const warning of warnings) warn({ file, ...warning })
      all.files[key] = { sha256: hash, warnings, ...(content ? { page: addPage(all, content) } : {}) }
    }
  }
  return all
}

function parseFile(
  file: string,
  bytes: Uint8Array,
  source: IndexSource,
  { maxLength, filters }: ReadOptions,
): Pick<SourceFile, 'warnings'> & { content?: PageWithSections } {
  const warnings: SourceFile['warnings'] = []
  const page = readPage(file, bytes, {
    maxLength,
    filters,
    warn: (message, line) => warnings.push({ message, ...(line === undefined ? {} : { line }) }),
  })
  if (!page || page.sections.length === 0) return { warnings }
  const url = pageUrl(file, page.permalink, source.urls)
  const indexed = { title: page.title, url, filters: { ...source.filters, ...page.filters } }
  return { warnings, content: { page: indexed, sections: page.sections } }
}

/** @returns the page's place */
function addPage({ pages, sections }: ReadSources, content: PageWithSections): number {
  const page = pages.push(content.page) - 1
  for (const section of content.sections) sections.push({ page, ...section })
  return page
}
