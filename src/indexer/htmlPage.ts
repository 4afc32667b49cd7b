import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import { attribute, HtmlText, textOf } from './htmlText.js'
import type { Page, PageOptions } from './page.js'
import { toSections } from './toSections.js'

/**
 * Reads a page of a built site: its main content, without navigation, scripts and hidden elements. Sections begin at
 * headings and keep the page's own ids.
 * @returns undefined for a page with `noindex` or a redirect
 */
export function readHtml(html: string, { fallbackTitle, maxLength, filters, warn }: PageOptions): Page | undefined {
  const document = parse(html, { sourceCodeLocationInfo: true })
  const metas = new Map<string, string[]>()
  for (const meta of all(document, 'meta')) {
    const name = (
      attribute(meta, 'name') ??
      attribute(meta, 'property') ??
      attribute(meta, 'http-equiv')
    )?.toLowerCase()
    if (name !== undefined) metas.set(name, [...(metas.get(name) ?? []), attribute(meta, 'content') ?? ''])
  }
  if (isHidden(metas.get('robots') ?? []) || metas.has('refresh')) return undefined
  const [root, inMain] = mainOf(document)
  const { parts } = new HtmlText({ inMain, warn }).read(root)
  if (parts.length === 0) warn('no text was found in the page')
  const headings = parts.flatMap(part => ('heading' in part ? [part.heading] : []))
  const first = headings.find(({ depth }) => depth === 1)
  const title = first?.text ?? ownTitle(document, metas, headings[0]?.text) ?? fallbackTitle
  const [language] = ['html', 'body'].flatMap(name =>
    all(document, name).flatMap(node => attribute(node, 'lang') ?? []),
  )
  return {
    title,
    sections: toSections(
      parts,
      (heading, isFirst) => heading === first || ((heading.depth === 1 || isFirst) && heading.text === title),
      maxLength,
    ),
    filters: Object.fromEntries(
      filters.flatMap(name => {
        const values = metas.get(`docsearch:${name}`)?.flatMap(list => list.split(',')) ?? metas.get(name) ?? []
        const own = name === 'language' && values.length === 0 && language ? [language] : values
        const kept = own.map(value => value.trim()).filter(value => value !== '')
        return kept.length > 0 ? [[name, kept]] : []
      }),
    ),
  }
}

/** Whether the rules for robots, separated by commas, hide the page; `max-image-preview:none` does not. */
function isHidden(robots: readonly string[]): boolean {
  const rules = robots.flatMap(content => content.toLowerCase().split(',')).map(rule => rule.trim())
  return rules.includes('noindex') || rules.includes('none')
}

/** The main content, and whether the page marks it as such. */
function mainOf(document: Tree.Document): [Tree.Node, boolean] {
  const main = find(document, node => isMain(node) && isShown(node) && textOf(node).trim() !== '')
  if (main) return [main, true]
  const body = find(document, node => node.tagName === 'body') ?? document
  const [article, ...others] = all(document, 'article')
  // A lone card beside the text is an article too.
  if (article && others.length === 0 && 2 * textOf(article).length > textOf(body).length) return [article, true]
  return [body, false]
}

function isMain(node: Tree.Element): boolean {
  return node.tagName === 'main' || attribute(node, 'role') === 'main'
}

function isShown(node: Tree.Element): boolean {
  return attribute(node, 'hidden') === undefined && attribute(node, 'aria-hidden') !== 'true'
}

/** `Install – Guide – Site`: the site's name, after the last dash, is not part of the page's title. */
function ownTitle(document: Tree.Document, metas: Map<string, string[]>, heading?: string): string | undefined {
  const title = metas.get('og:title')?.[0] ?? (all(document, 'title')[0] && textOf(all(document, 'title')[0]!))
  const text = title?.replace(/\s+/g, ' ').trim()
  if (heading !== undefined && text?.startsWith(`${heading} - `)) return heading
  return text ? text.replace(/ [|–—·] [^|–—·]+$/, '') : undefined
}

function find(node: Tree.Node, wanted: (node: Tree.Element) => boolean): Tree.Element | undefined {
  if ('tagName' in node && wanted(node)) return node
  if (!('childNodes' in node)) return undefined
  for (const child of node.childNodes) {
    const found = find(child, wanted)
    if (found) return found
  }
  return undefined
}

function all(node: Tree.Node, tagName: string): Tree.Element[] {
  const own = 'tagName' in node && node.tagName === tagName ? [node] : []
  return 'childNodes' in node ? [...own, ...node.childNodes.flatMap(child => all(child, tagName))] : own
}
