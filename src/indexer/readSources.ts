import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexedPage, IndexedSection } from '../search/packedIndex.js'
import { sha256 } from '../util/sha256.js'
import { Boilerplate, fingerprints, type SharedPieces } from './boilerplate.js'
import { crumbsOf } from './crumbs.js'
import { detectLanguage } from './detectLanguage.js'
import { findFiles, whyUnread } from './findFiles.js'
import { includedFrom } from './includes.js'
import { LeftOut } from './leftOut.js'
import type { Page, PageDraft } from './page.js'
import { pageUrl, type UrlOptions } from './pageUrl.js'
import type { PageWithSections, PreviousIndex, SourceFile, Sources } from './previousIndex.js'
import { draftPage } from './readPage.js'
import { compileSelector, type Matches } from './selectors.js'

/** Files of one origin. */
export interface IndexSource {
  /** A folder, a file or a glob. */
  from: string
  urls: UrlOptions
  /** Filters of all its pages. */
  filters?: Record<string, string[]>
}

export interface IndexWarning {
  /** Relative to its source. */
  file: string
  /** From 1. */
  line?: number
  message: string
}

/** Larger files are left out. In bytes. */
const LARGEST_FILE = 10_000_000

export interface ReadOptions {
  sources: readonly IndexSource[]
  /** Longest text of a section, in characters. */
  maxLength: number
  /** Fields of front matter (or `<meta>`) that become filters. */
  filters: readonly string[]
  /** CSS selector of the main content of HTML pages, in place of recognition by markup. */
  main?: string | undefined
  /** CSS selector of elements to leave out of HTML pages. */
  ignore?: string | undefined
  /** Globs of files to leave out, in place of the pages that generators add (indexes, search, errors, print). */
  exclude?: readonly string[] | undefined
  /** All options that affect how a file is read. An index of other settings is not reused. */
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
    /** Number of files found. */
    files: number
    unchanged: number
    warnings: number
  }
}

/** A file that was read alone and will be compared with the others of its site. */
interface ReadFile {
  file: string
  sha256: string
  known?: (SourceFile & { content?: PageWithSections }) | undefined
  draft?: PageDraft | undefined
  warnings: SourceFile['warnings']
  pieces: string
  kinds: string
  isMarked: boolean
  isDependent?: boolean
}

/** Finds and reads the files of all sources. Unchanged files come from the previous index. */
export async function readSources(previous: PreviousIndex, options: ReadOptions): Promise<ReadSources> {
  const all: ReadSources = { pages: [], sections: [], files: {}, counts: { files: 0, unchanged: 0, warnings: 0 } }
  const reader = new SourceReader(previous, options, all)
  for (const place of options.sources.keys()) await reader.read(place)
  return all
}

class SourceReader {
  readonly #previous: PreviousIndex
  readonly #options: ReadOptions
  readonly #all: ReadSources
  readonly #leftOut: LeftOut
  /** Files that depend on other files or on the date. Their hash does not tell whether they changed. */
  readonly #dependent = new WeakSet<Uint8Array>()
  readonly #selectors: { main?: Matches; ignore?: Matches }
  /** By the source's place. */
  readonly #urls: UrlOptions[] = []

  constructor(previous: PreviousIndex, options: ReadOptions, all: ReadSources) {
    this.#previous = previous
    this.#options = options
    this.#all = all
    this.#leftOut = new LeftOut(options.exclude)
    this.#selectors = {
      ...(options.main === undefined ? {} : { main: compileSelector(options.main) }),
      ...(options.ignore === undefined ? {} : { ignore: compileSelector(options.ignore) }),
    }
  }

  async read(place: number): Promise<void> {
    const source = this.#options.sources[place]!
    const { root, files } = await findFiles(source.from, (file, message) => this.#warn({ file, message }))
    this.#urls[place] = { ...source.urls, numbered: isInDocusaurus(root) }
    const read: ReadFile[] = []
    for (const [done, file] of files.entries()) {
      this.#options.signal?.throwIfAborted()
      this.#all.counts.files++
      this.#options.onProgress(done, files.length)
      const reason = this.#leftOut.reason(file)
      if (reason === undefined) read.push(...(await this.#readAlone(place, root, file)))
      else if (reason !== '') this.#warn({ file, message: `left out: ${reason}; --exclude '' takes it` })
    }
    await this.#readTogether(place, root, read)
  }

  async #readAlone(place: number, root: string, file: string): Promise<ReadFile[]> {
    const bytes = await this.#bytesOf(root, file)
    if (!bytes) return []
    const hash = await sha256(bytes)
    const known = this.#previous.unchanged(`${place}:${file}`, hash, this.#options.settings)
    if (known) {
      const { warnings, pieces = '', kinds = '', isMarked = false } = known
      return [{ file, sha256: hash, known, warnings, pieces, kinds, isMarked }]
    }
    const warnings: SourceFile['warnings'] = []
    const draft = this.#draft(root, file, bytes, warnings)
    const isSearch = draft !== undefined && this.#leftOut.isSearch(file, draft)
    if (isSearch) warnings.push({ message: "left out: the page of a search; --exclude '' takes it" })
    const kept = isSearch ? undefined : draft
    return [
      {
        file,
        sha256: hash,
        draft: kept,
        warnings,
        pieces: kept ? fingerprints(kept.pieces) : '',
        kinds: kept?.kinds ?? '',
        isMarked: kept?.isMarked ?? false,
        isDependent: this.#dependent.has(bytes),
      },
    ]
  }

  /** Reads a file. One that is too large or cannot be read is left out with a warning. */
  async #bytesOf(root: string, file: string): Promise<Uint8Array | undefined> {
    try {
      const path = join(root, file)
      if ((await stat(path)).size <= LARGEST_FILE) return await readFile(path)
      this.#warn({ file, message: `left out: larger than ${LARGEST_FILE / 1e6} MB` })
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT'
      this.#warn({ file, message: `left out: ${isGone ? 'it is gone' : whyUnread(error)}` })
    }
    return undefined
  }

  /** Finishes the pages of a site. All must have been read, since only then is it known what they share. */
  async #readTogether(place: number, root: string, files: readonly ReadFile[]): Promise<void> {
    const pages = files.filter(({ kinds }) => kinds !== '')
    const boilerplate = new Boilerplate(pages.map(({ file, pieces, kinds }) => ({ file, fingerprints: pieces, kinds })))
    const onlyMarked = pages.some(({ isMarked }) => isMarked)
    const finished: { file: string; content: PageWithSections; crumbs: readonly string[] }[] = []
    for (const of of files) {
      this.#options.signal?.throwIfAborted()
      const { file, pieces, kinds, known, warnings } = of
      const isUnmarked = onlyMarked && !of.isMarked && kinds !== ''
      const shared = boilerplate.of({ file, fingerprints: pieces, kinds })
      const beside = `${boilerplate.isSite} ${isUnmarked} ${tellingOf(shared, kinds)}`
      const isReused = known !== undefined && known.beside === beside
      if (isReused) this.#all.counts.unchanged++
      for (const warning of warnings) this.#warn({ file, ...warning })
      const page = isReused || isUnmarked ? undefined : await this.#finish(root, of, shared, boilerplate.isSite)
      const content = isReused ? known.content : page && this.#contentOf(place, file, page)
      const crumbs = (isReused ? known.crumbs : page?.crumbs) ?? []
      this.#all.files[`${place}:${file}`] = {
        sha256: of.sha256,
        warnings,
        beside,
        ...(kinds === '' ? {} : { pieces, kinds }),
        ...(of.isMarked ? { isMarked: true } : {}),
        ...(of.isDependent ? { isDependent: true } : {}),
        ...(crumbs.length > 0 ? { crumbs: [...crumbs] } : {}),
      }
      if (content) finished.push({ file, content, crumbs })
    }
    const titles = new Map(finished.map(({ file, content }) => [file, content.page.title]))
    for (const { file, content, crumbs } of finished) {
      const { crumbs: _, ...page } = content.page
      const above = crumbsOf(file, page.title, page.filters.section ?? [], crumbs, titles)
      const added = this.#add({ ...content, page: { ...page, ...(above.length > 0 ? { crumbs: above } : {}) } })
      this.#all.files[`${place}:${file}`]!.page = added
    }
  }

  async #finish(
    root: string,
    of: ReadFile,
    { left, shared }: SharedPieces,
    isSite: boolean,
  ): Promise<Page | undefined> {
    const { file, draft, known } = of
    // An unchanged file is read again if changes of other files affect it.
    const bytes = draft === undefined && known ? await this.#bytesOf(root, file) : undefined
    // A file that is gone by now may come back as it was.
    if (draft === undefined && known && !bytes) of.isDependent = true
    const read = draft ?? (bytes && this.#draft(root, file, bytes, []))
    const page = read?.finish(left, shared, isSite)
    if (!read || (page && page.sections.length > 0)) return page
    // A page that only holds what others hold is kept if it has prose: then the pages are just alike.
    return read.pieces.some(isProse) ? read.finish(new Set(), shared, isSite) : page
  }

  #draft(root: string, file: string, bytes: Uint8Array, warnings: SourceFile['warnings']): PageDraft | undefined {
    const { maxLength, filters } = this.#options
    return draftPage(file, bytes, {
      maxLength,
      filters,
      ...this.#selectors,
      include: includedFrom(root, () => this.#dependent.add(bytes)),
      onDependence: () => this.#dependent.add(bytes),
      warn: (message, line) => warnings.push({ message, ...(line === undefined ? {} : { line }) }),
    })
  }

  #contentOf(place: number, file: string, page: Page): PageWithSections | undefined {
    if (page.sections.length === 0) return undefined
    const source = this.#options.sources[place]!
    const language = page.language ?? detectLanguage(page)
    return {
      page: {
        title: page.title,
        url: pageUrl(file, page, this.#urls[place]!),
        filters: { ...source.filters, ...page.filters },
        ...(language === undefined ? {} : { language }),
      },
      sections: page.sections,
    }
  }

  /** @returns the page's place */
  #add(content: PageWithSections): number {
    const page = this.#all.pages.push(content.page) - 1
    for (const section of content.sections) this.#all.sections.push({ page, ...section })
    return page
  }

  #warn(warning: IndexWarning): void {
    this.#all.counts.warnings++
    this.#options.onWarning(warning)
  }
}

/** The shared pieces that decide how a page is read, to compare with the previous run. */
function tellingOf({ left, shared }: SharedPieces, kinds: string): string {
  return [...left, '', ...[...shared].filter(place => kinds[place] !== 'b')].join(' ')
}

/** Whether a piece is prose rather than a label or an item of a menu. */
function isProse(piece: string): boolean {
  return piece.length > 30 && /[.!?。！？।]/.test(piece)
}

/** Whether a folder is in the project of a Docusaurus site: such as `docs` or `versioned_docs/version-1`. */
function isInDocusaurus(folder: string): boolean {
  const places = ['.', '..', '../..'].flatMap(up =>
    ['js', 'ts', 'mjs', 'cjs'].map(ending => `${up}/docusaurus.config.${ending}`),
  )
  return places.some(place => existsSync(join(folder, place)))
}
