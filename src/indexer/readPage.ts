import { basename, extname } from 'node:path'
import { decodeFile } from './decodeFile.js'
import { readHtml } from './htmlPage.js'
import { readMarkdown } from './markdownPage.js'
import type { Page, PageOptions } from './page.js'

/** Shorter sections are stray words or badges, never answers. In characters. */
const SHORTEST_TEXT = 20

/**
 * Reads a file of any kind.
 * @returns undefined if the file is no page or is excluded from search
 */
export function readPage(
  file: string,
  bytes: Uint8Array,
  options: Omit<PageOptions, 'fallbackTitle'>,
): Page | undefined {
  const text = decodeFile(bytes, options.warn)
  if (text === undefined) return undefined
  const kind = extname(file).toLowerCase()
  const fallbackTitle = titleOf(file)
  try {
    const page = /html?$/.test(kind)
      ? readHtml(text, { ...options, fallbackTitle })
      : readMarkdown(text, { ...options, fallbackTitle, mdx: kind === '.mdx' })
    return page && { ...page, sections: page.sections.filter(section => section.text.length >= SHORTEST_TEXT) }
  } catch (error) {
    // Thousands of nested tags overflow the stack.
    options.warn(`left out: ${error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message}`)
    return undefined
  }
}

/** `guide/first-steps.md` → first steps; `guide/index.html` → guide. */
function titleOf(file: string): string {
  const name = basename(file, extname(file))
  const meaningful = /^(?:index|readme)$/i.test(name) && file.includes('/') ? file.split('/').at(-2)! : name
  return meaningful.replaceAll(/[-_]+/g, ' ').trim()
}
