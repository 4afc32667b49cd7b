import { basename, extname } from 'node:path'
import { decodeFile } from './decodeFile.js'
import { readHtml } from './htmlPage.js'
import { readMarkdown } from './markdownPage.js'
import type { Page, PageOptions } from './page.js'

/** Sections shorter than this hold no answer: a stray word, a badge, a "see above". In characters. */
const SHORTEST_TEXT = 20

/**
 * Reads a file of any kind.
 * @returns nothing if the file is no page, or does not want to be found
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
    // Tags nested by the thousand are more than a stack holds.
    options.warn(`left out: ${error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message}`)
    return undefined
  }
}

/** `guide/first-steps.md` → first steps; `guide/index.html` → guide. */
function titleOf(file: string): string {
  const name = basename(file, extname(file))
  const telling = /^(?:index|readme)$/i.test(name) && file.includes('/') ? file.split('/').at(-2)! : name
  return telling.replaceAll(/[-_]+/g, ' ').trim()
}
