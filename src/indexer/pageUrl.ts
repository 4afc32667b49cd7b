import type { Page } from './page.js'

/** How paths of Markdown files become addresses. HTML files of a built site keep their paths, but for `cleanHtml`. */
export type MarkdownLinks = 'file' | 'html' | 'clean'

export interface UrlOptions {
  /** Put before each address. */
  base: string
  links: MarkdownLinks
  /** Whether addresses of HTML files end without `.html`, as servers with clean URLs have them. @default false */
  cleanHtml?: boolean
  /** Whether numbers before names only order a menu, as in Docusaurus: `02-guide/01-start.md` is at `guide/start`. */
  numbered?: boolean
}

const NUMBER = /^\d+\s*[-_.]+\s*(?=[^-_.\s])(?!(?:md|mdx|markdown)$)/i
/** Numbers that Docusaurus keeps. */
const DATE_OR_VERSION = /^(?:\d{2}(?:\d{2})?[-_.]?\d{2}|\d+[-_.]\d)/

/** A file's address. `guide/index.html` is at `guide/`; `guide/start.md` is where the page, or else the options say. */
export function pageUrl(
  file: string,
  { permalink, slug }: Pick<Page, 'permalink' | 'slug'>,
  { base, links, cleanHtml = false, numbered = false }: UrlOptions,
): string {
  if (permalink !== undefined) return /^https?:\/\//.test(permalink) ? permalink : base + permalink.replace(/^\/+/, '')
  const isHtml = /\.x?html?$/i.test(file)
  const names = numbered && !isHtml ? file.split('/').map(withoutNumber) : file.split('/')
  const path = names.map(encoded).join('/')
  if (isHtml) {
    const own = path.replace(/(^|\/)index\.x?html?$/i, '$1')
    return base + (cleanHtml ? own.replace(/\.x?html?$/i, '') : own)
  }
  if (links === 'file') return base + path
  const ending = links === 'html' ? '.html' : ''
  if (slug !== undefined) return base + path.replace(/[^/]*$/, '') + encoded(slug) + ending
  const folder = path.replace(/(^|\/)(?:_?index|readme)\.(?:md|mdx|markdown)$/i, '$1')
  if (folder !== path) return base + folder
  return base + path.replace(/\.\w+$/, ending)
}

function withoutNumber(name: string): string {
  return DATE_OR_VERSION.test(name) ? name : name.replace(NUMBER, '')
}

/** A part of an address. Halves of characters, which JSON may hold, become the replacement character. */
function encoded(part: string): string {
  return encodeURIComponent(Buffer.from(part).toString())
}
