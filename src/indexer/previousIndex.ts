import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { asPassage } from '../search/asPassage.js'
import { codeBytes } from '../search/codes.js'
import { INDEX_FILE, parseIndexManifest } from '../search/indexManifest.js'
import { type IndexedPage, type IndexedSection, unpackIndex } from '../search/packedIndex.js'

/** Beside an index, for the next one and not for visitors: which files it was made of. */
export const SOURCES_FILE = 'sources.json'

/** What must be the same for a file's sections to be taken over. */
export interface Sources {
  /** Of all options that decide how a file is read. */
  settings: string
  /** SHA-256 of the weights that made the codes; absent without codes. */
  model?: string
  /** By path. */
  files: Record<string, SourceFile>
}

export interface SourceFile {
  sha256: string
  /** Its page in the index; absent if it has none. */
  page?: number
  warnings: { line?: number; message: string }[]
}

/** A page with its sections, as an index holds it. */
export interface IndexedFile {
  page: IndexedPage
  sections: Omit<IndexedSection, 'page'>[]
}

/** What can be taken over from the index that is in the folder already. */
export class EarlierIndex {
  readonly #sources: Sources | undefined
  readonly #pages: readonly IndexedFile[]
  /** By what the model read. */
  readonly #codes: ReadonlyMap<string, Uint8Array>

  private constructor(
    sources: Sources | undefined,
    pages: readonly IndexedFile[],

    codes: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#sources = sources
    this.#pages = pages
    this.#codes = codes
  }

  /** Nothing can be taken over from an index that is damaged, missing or of another version. */
  static async read(folder: string): Promise<EarlierIndex> {
    try {
      const manifest = parseIndexManifest(JSON.parse(await readFile(join(folder, INDEX_FILE), 'utf8')))
      const sources: Sources = JSON.parse(await readFile(join(folder, SOURCES_FILE), 'utf8'))
      const index = unpackIndex(gunzipSync(await readFile(join(folder, manifest.words.path))))
      const pages = index.pages.map((page): IndexedFile => ({ page, sections: [] }))
      const codes = new Map<string, Uint8Array>()
      const { embeddings } = manifest
      const bytes = embeddings ? codeBytes(embeddings.width) : 0
      const allCodes = embeddings && (await readFile(join(folder, embeddings.path)))
      index.sections.forEach((section, id) => {
        const { page, sections } = pages[section.page]!
        const text = index.text(id)
        sections.push({ anchor: section.anchor, path: section.path, text })
        if (allCodes) codes.set(passageKey(page, { ...section, text }), allCodes.subarray(id * bytes, (id + 1) * bytes))
      })
      return new EarlierIndex(sources, pages, codes)
    } catch {
      return EarlierIndex.none()
    }
  }

  static none(): EarlierIndex {
    return new EarlierIndex(undefined, [], new Map())
  }

  /** A file that is the same as it was, with what was said of it. */
  unchanged(path: string, sha256: string, settings: string): (SourceFile & { file?: IndexedFile }) | undefined {
    const source = this.#sources?.settings === settings ? this.#sources.files[path] : undefined
    if (source?.sha256 !== sha256) return undefined
    return { ...source, ...(source.page === undefined ? {} : { file: this.#pages[source.page]! }) }
  }

  /** @param model SHA-256 of its weights */
  code(key: string, model: string): Uint8Array | undefined {
    return this.#sources?.model === model ? this.#codes.get(key) : undefined
  }
}

/** The text of which a section's embedding is made. */
export function passageKey(page: IndexedPage, section: Pick<IndexedSection, 'path' | 'text'>): string {
  const { title, text } = asPassage({ path: [page.title, ...section.path], text: section.text })
  return `${title} ${text}`
}
