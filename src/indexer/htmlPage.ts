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
  if (/noindex|none/i.test(metas.get('robots')?.join() ?? '') || metas.has('refresh')) return undefined
  const [root, inMain] = mainOf(document)
  const { parts } = new HtmlText({ inMain, warn }).read(root)
  if (parts.length === 0) warn('no text was found in the page')
  const headings = parts.flatMap(part => ('heading' in part ? [part.heading] : []))
  const first = headings.find(({ depth }) => depth === 1)
  const title = first?.text ?? ownTitle(document, metas) ?? fallbackTitle
  const language = attribute(all(document, 'html')[0]!, 'lang')
  return {
    title,
    sections: toSections(
      parts,
      heading => heading === first || (heading.depth === 1 && heading.text === title),
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

/** The main content, and whether the page marks it as such. */
function mainOf(document: Tree.Document): [Tree.Node, boolean] {
  const main = find(document, node => node.tagName === 'main' || attribute(node, 'role') === 'main')
  if (main && textOf(main).trim() !== '') return [main, true]
  const articles = all(document, 'article')
  if (articles.length === 1 && textOf(articles[0]!).trim() !== '') return [articles[0]!, true]
  return [find(document, node => node.tagName === 'body') ?? document, false]
}

/** `Install – Guide – Site`: the site's name, after the last dash, is not part of the page's title. */
function ownTitle(document: Tree.Document, metas: Map<string, string[]>): string | undefined {
  const title = metas.get('og:title')?.[0] ?? (all(document, 'title')[0] && textOf(all(document, 'title')[0]!))
  const text = title?.replace(/\s+/g, ' ').trim()
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
