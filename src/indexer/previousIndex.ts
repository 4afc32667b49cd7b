import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { asPassage } from '../search/asPassage.js'
import { codeBytes } from '../search/codes.js'
import { INDEX_FILE, parseIndexManifest } from '../search/indexManifest.js'
import { type IndexedPage, type IndexedSection, unpackIndex } from '../search/packedIndex.js'
import { readIndexFile } from '../search/readIndexFile.js'
import { codesOfSection, unpackTokenCodes } from '../search/tokenCodes.js'
import { sha256 } from '../util/sha256.js'
import type { TextCodes } from './textCodes.js'

const NONE = new Uint8Array()

/** Lists the files of an index. It lies beside the index for the next build; visitors do not need it. */
export const SOURCES_FILE = 'sources.json'

/** A file's sections are reused if all of this is unchanged. */
export interface Sources {
  /** SHA-256 of the index.json that it belongs to: a run may have been interrupted between the two. */
  index: string
  /** All options that affect how a file is read, as JSON. */
  settings: string
  /** SHA-256 of the weights that made the codes; absent without codes. */
  model?: string
  /** Most bytes of a section's token codes; absent without. */
  tokenBytes?: number
  /** By path. */
  files: Record<string, SourceFile>
}

export interface SourceFile {
  sha256: string
  /** Its page in the index; absent if it has none. */
  page?: number
  /** Fingerprints and kinds of the pieces to compare with other pages, as in `PagePieces`. */
  pieces?: string
  kinds?: string
  isMarked?: true
  /** Whether it depends on other files or on the date. Such a file is read again each time. */
  isDependent?: true
  /** What the page shared with other pages when it was read. */
  beside?: string
  /** Its own breadcrumbs. */
  crumbs?: string[]
  warnings: { line?: number; message: string }[]
}

/** A page and its sections, as an index holds them. */
export interface PageWithSections {
  page: IndexedPage
  sections: Omit<IndexedSection, 'page'>[]
}

/** The index that the folder already holds. Sections and codes of unchanged files are reused. */
export class PreviousIndex {
  readonly #sources: Sources | undefined
  readonly #pages: readonly PageWithSections[]
  /** By passageKey. */
  readonly #codes: ReadonlyMap<string, TextCodes>
  readonly #mean: Float32Array | undefined

  private constructor(
    sources: Sources | undefined,
    pages: readonly PageWithSections[],
    codes: ReadonlyMap<string, TextCodes>,
    mean?: Float32Array,
  ) {
    this.#sources = sources
    this.#pages = pages
    this.#codes = codes
    this.#mean = mean
  }

  /** An index that is damaged, missing, of another version or beside the sources of another one counts as empty. */
  static async read(folder: string): Promise<PreviousIndex> {
    try {
      const text = await readFile(join(folder, INDEX_FILE))
      const manifest = parseIndexManifest(JSON.parse(text.toString()))
      const sources: Sources = JSON.parse(await readFile(join(folder, SOURCES_FILE), 'utf8'))
      if (sources.index !== (await sha256(text))) return PreviousIndex.none()
      const index = unpackIndex(await readIndexFile(folder, manifest.words, gunzipSync))
      const pages = index.pages.map((page): PageWithSections => ({ page, sections: [] }))
      const codes = new Map<string, TextCodes>()
      const { embeddings, tokens } = manifest
      const bytes = embeddings ? codeBytes(embeddings.width) : 0
      const allCodes = embeddings && (await readIndexFile(folder, embeddings))
      const tokenCodes =
        embeddings &&
        tokens &&
        unpackTokenCodes(await readIndexFile(folder, tokens), manifest.sections, embeddings.width)
      index.sections.forEach((section, id) => {
        const { page, sections } = pages[section.page]!
        const text = index.text(id)
        const { anchor, path, code } = section
        sections.push({ anchor, path, text, ...(code ? { code } : {}) })
        if (!allCodes) return
        codes.set(passageKey(page, { ...section, text }), {
          code: allCodes.subarray(id * bytes, (id + 1) * bytes),
          tokens: tokenCodes ? codesOfSection(tokenCodes, id) : NONE,
        })
      })
      return new PreviousIndex(sources, pages, codes, tokenCodes?.mean)
    } catch {
      return PreviousIndex.none()
    }
  }

  static none(): PreviousIndex {
    return new PreviousIndex(undefined, [], new Map())
  }

  /** The sections and warnings of a file that has not changed. */
  unchanged(path: string, sha256: string, settings: string): (SourceFile & { content?: PageWithSections }) | undefined {
    const source = this.#sources?.settings === settings ? this.#sources.files[path] : undefined
    if (source?.sha256 !== sha256 || source.isDependent) return undefined
    return { ...source, ...(source.page === undefined ? {} : { content: this.#pages[source.page]! }) }
  }

  /**
   * @param model SHA-256 of its weights
   * @param tokenBytes most bytes of a text's token codes; absent: none are wanted
   */
  codes(key: string, model: string, tokenBytes: number | undefined): TextCodes | undefined {
    if (this.#sources?.model !== model) return undefined
    const codes = this.#codes.get(key)
    if (tokenBytes === undefined) return codes && { ...codes, tokens: NONE }
    return this.#mean && this.#sources.tokenBytes === tokenBytes ? codes : undefined
  }

  /** The mean that its token codes leave out, where they can be reused. */
  mean(model: string, tokenBytes: number | undefined): Float32Array | undefined {
    const { model: own, tokenBytes: ownBytes } = this.#sources ?? {}
    return tokenBytes !== undefined && own === model && ownBytes === tokenBytes ? this.#mean : undefined
  }
}

/** The text that a section's embedding is made from. */
export function passageKey(page: IndexedPage, section: Pick<IndexedSection, 'path' | 'text'>): string {
  const { title, text } = asPassage({ path: [page.title, ...section.path], text: section.text })
  return `${title} ${text}`
}
