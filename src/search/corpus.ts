import { RerankError } from '../errors.js'

/** A package whose documentation is in the corpus. */
export interface CorpusPackage {
  name: string
  version: string
  /** SPDX name of the licence. */
  licence: string
  /** The licence's full text, as the package ships it. */
  licenceText: string
  homepage: string
}

/** One Markdown file. */
export interface CorpusPage {
  package: CorpusPackage
  title: string
  /** Where the file can be read, without a fragment. */
  url: string
}

/** The text under one heading, or a part of it where it is long. */
export interface Section {
  /** Its place in the corpus. */
  id: number
  page: CorpusPage
  /** The headings it stands under, outermost first; the last one is its own. Never empty. */
  path: readonly string[]
  url: string
  text: string
}

/**
 * The corpus as it is stored: pages point into packages and sections into pages, by position.
 * A section is `[page, anchor, path, text]`; the path leaves out the page's title, which it starts with.
 */
export interface CorpusFile {
  packages: CorpusPackage[]
  pages: [packageIndex: number, title: string, url: string][]
  sections: [pageIndex: number, anchor: string, path: string[], text: string][]
}

export interface Corpus {
  packages: CorpusPackage[]
  sections: Section[]
}

/** Name of the corpus inside the folder that is served as it is. */
export const corpusPath = 'corpus/sections.json'

export function readCorpus(file: CorpusFile): Corpus {
  const pages = file.pages.map(([index, title, url]): CorpusPage => ({ package: file.packages[index]!, title, url }))
  const sections = file.sections.map(([pageIndex, anchor, path, text], id): Section => {
    const page = pages[pageIndex]!
    return { id, page, path: [page.title, ...path], url: anchor === '' ? page.url : `${page.url}#${anchor}`, text }
  })
  return { packages: file.packages, sections }
}

/** @throws RerankError `download-failed` */
export async function fetchCorpus(url: string): Promise<Corpus> {
  let response: Response
  try {
    response = await fetch(url)
  } catch (cause) {
    throw new RerankError('download-failed', 'The documentation could not be loaded.', { cause })
  }
  if (!response.ok) {
    throw new RerankError(
      'download-failed',
      `The documentation could not be loaded: the server said ${response.status}.`,
    )
  }
  return readCorpus((await response.json()) as CorpusFile)
}
