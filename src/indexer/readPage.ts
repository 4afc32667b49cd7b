import { basename, extname } from 'node:path'
import { decodeFile } from './decodeFile.js'
import { readHtml } from './htmlPage.js'
import { readMarkdown } from './markdownPage.js'
import type { Page, PageDraft, PageOptions } from './page.js'

/** Shorter sections are stray words or badges, never answers. In characters. */
const SHORTEST_TEXT = 20

/**
 * Reads a file of any kind on its own. What it shares with other pages stays.
 * @returns undefined if the file is no page or is excluded from search
 */
export function readPage(
  file: string,
  bytes: Uint8Array,
  options: Omit<PageOptions, 'fallbackTitle'>,
): Page | undefined {
  return draftPage(file, bytes, options)?.finish()
}

/** Reads a file of any kind as a page of its site. */
export function draftPage(
  file: string,
  bytes: Uint8Array,
  options: Omit<PageOptions, 'fallbackTitle'>,
): PageDraft | undefined {
  const text = decodeFile(bytes, options.warn)
  if (text === undefined) return undefined
  const fallbackTitle = titleOf(file)
  return orWarn(options, () => {
    const draft = draftText(file, text, { ...options, file, fallbackTitle })
    if (!draft) return undefined
    return {
      ...draft,
      finish: (...shared) => {
        const page = orWarn(options, () => draft.finish(...shared))
        if (!page) return { title: fallbackTitle, sections: [], filters: {} }
        return { ...page, sections: page.sections.filter(section => section.text.length >= SHORTEST_TEXT) }
      },
    }
  })
}

function draftText(file: string, text: string, options: PageOptions): PageDraft | undefined {
  const kind = extname(file).toLowerCase()
  if (/html?$/.test(kind)) return readHtml(text, options)
  const page = readMarkdown(text, { ...options, mdx: kind === '.mdx' })
  return page && { pieces: [], kinds: '', isMarked: false, finish: () => page }
}

function orWarn<T>({ warn }: Pick<PageOptions, 'warn'>, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    // Thousands of nested tags overflow the stack.
    warn(`left out: ${error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message}`)
    return undefined
  }
}

/** `guide/first-steps.md` → first steps; `guide/index.html` → guide. */
function titleOf(file: string): string {
  const name = basename(file, extname(file))
  const meaningful = /^(?:index|readme)$/i.test(name) && file.includes('/') ? file.split('/').at(-2)! : name
  return meaningful.replaceAll(/[-_]+/g, ' ').trim()
}
