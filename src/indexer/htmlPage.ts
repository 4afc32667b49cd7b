import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5'
import { attribute, every, find, outermost } from './dom.js'
import { isHidden } from './elementVisibility.js'
import { HtmlText } from './htmlText.js'
import { breadcrumbsOf, filtersOf, isMarkedBody, isMarkedIgnored, markedTitle } from './marks.js'
import type { Heading, PageDraft, PageOptions, Part } from './page.js'
import { PageTitle, SEPARATOR } from './pageTitle.js'
import { textOf } from './textContent.js'
import { toSections } from './toSections.js'

/**
 * Reads a page of a built site: its main content, without navigation, scripts and hidden elements. Sections begin at
 * headings and keep the page's own ids.
 * @returns undefined for a page with `noindex` or a redirect
 */
export function readHtml(html: string, options: PageOptions): PageDraft | undefined {
  const { warn, main, ignore } = options
  const document = parse(html, { sourceCodeLocationInfo: true })
  const metas = metasOf(document)
  const robots = metas.get('robots') ?? []
  if (robots.some(content => /unavailable_after/i.test(content))) options.onDependence?.()
  if (mayNotBeIndexed(robots) || metas.get('refresh')?.some(leadsElsewhere)) return undefined
  const isIgnored = (node: Tree.Element) => isMarkedIgnored(node) || (ignore?.(node) ?? false)
  const own = main ? outermost(document, main) : []
  if (main && own.length === 0) warn('nothing in the page is what --main selects')
  const bodies = own.length > 0 ? own : outermost(document, isMarkedBody)
  const [roots, inMain] = bodies.length > 0 ? [bodies, true] : mainOf(document)
  const text = new HtmlText({ inMain, warn, isIgnored })
  for (const root of roots) text.read(root)
  const { parts } = text
  if (parts.length === 0) warn('no text was found in the page')
  const title = new PageTitle(document, metas)
  const stated = markedTitle(document)
  const crumbs = breadcrumbsOf(document)
  const language = languageOf(roots[0]!) ?? languageOf(find(document, ({ tagName }) => tagName === 'body') ?? document)
  const filters = { ...metaFilters(metas, options.filters, language), ...filtersOf(document) }
  return {
    pieces: [...title.pieces, ...parts.map(keyOf)],
    kinds: [...title.pieces.map(() => 't'), ...parts.map(kindOf)].join(''),
    isMarked: outermost(document, isMarkedBody).length > 0,
    finish: (left = new Set(), shared = new Set(), isSite = false) => {
      const first = title.pieces.length
      const kept = parts.filter((_, i) => !left.has(first + i))
      const isShared = new Set(parts.filter((_, i) => shared.has(first + i)))
      const titles = kept.flatMap(part => ('heading' in part && !isShared.has(part) ? [part.heading] : []))
      const top = topHeading(titles, title.text)
      const page = stated ?? top?.text ?? title.without(shared, isSite) ?? options.fallbackTitle
      return {
        title: page,
        sections: toSections(
          kept,
          (heading, isFirst) => heading === top || ((heading.depth === 1 || isFirst) && heading.text === page),
          options.maxLength,
        ),
        filters,
        ...(language === undefined ? {} : { language }),
        ...(crumbs.length > 0 ? { crumbs: crumbs.filter(crumb => crumb !== page) } : {}),
      }
    },
  }
}

/** The text by which a part is compared with the parts of other pages. */
function keyOf(part: Part): string {
  return 'heading' in part ? `# ${part.heading.text}` : part.block.lines.join('\n')
}

function kindOf(part: Part): string {
  return 'heading' in part ? String(Math.min(6, part.heading.depth)) : 'b'
}

/**
 * The heading that is the page's title. In manual pages, each section has a heading of the first level: then only one
 * that `<title>` contains is the title.
 */
function topHeading(headings: readonly Heading[], title: string | undefined): Heading | undefined {
  const top = headings.filter(({ depth }) => depth === 1)
  const [first] = headings
  if (top.length === 0 && first && (first.isTitle || title?.split(SEPARATOR).includes(first.text))) return first
  if (top.length < 2 || title === undefined) return top[0]
  return top.find(({ text }) => title.includes(text))
}

function metasOf(document: Tree.Document): Map<string, string[]> {
  const metas = new Map<string, string[]>()
  for (const meta of every(document, ({ tagName }) => tagName === 'meta')) {
    const name = ['name', 'property', 'http-equiv'].map(key => attribute(meta, key)).find(key => key !== undefined)
    const key = name?.trim().toLowerCase()
    if (key !== undefined) metas.set(key, [...(metas.get(key) ?? []), attribute(meta, 'content') ?? ''])
  }
  return metas
}

/** Whether a refresh has an address, such as `0; url=new.html`. Without one, the page reloads itself. */
function leadsElsewhere(refresh: string): boolean {
  return /[;,]\s*\S|url\s*=/i.test(refresh)
}

/** Whether rules for robots, separated by commas, hide the page. `max-image-preview:none` does not. */
function mayNotBeIndexed(robots: readonly string[]): boolean {
  const rules = robots.flatMap(content => content.toLowerCase().split(',')).map(rule => rule.trim())
  const until = robots.flatMap(content => /unavailable_after:\s*([^;]+)/i.exec(content)?.[1] ?? [])
  return rules.includes('noindex') || rules.includes('none') || until.some(date => timeOf(date) < Date.now())
}

/** The time that a text begins with. A date may have a comma, and other rules may follow one. */
function timeOf(text: string): number {
  const parts = text.split(',')
  return parts.map((_, i) => Date.parse(parts.slice(0, parts.length - i).join())).find(time => time > 0) ?? Number.NaN
}

function metaFilters(
  metas: ReadonlyMap<string, string[]>,
  names: readonly string[],
  language: string | undefined,
): Record<string, string[]> {
  return Object.fromEntries(
    names.flatMap(name => {
      const values = metas.get(`docsearch:${name}`)?.flatMap(list => list.split(',')) ?? metas.get(name) ?? []
      const own = name === 'language' && values.length === 0 && language ? [language] : values
      const kept = own.map(value => value.trim()).filter(value => value !== '')
      return kept.length > 0 ? [[name, kept]] : []
    }),
  )
}

/** The language that the content, or the nearest element around it, states. */
function languageOf(node: Tree.Node): string | undefined {
  for (let at: Tree.Node | null = node; at; at = 'parentNode' in at ? at.parentNode : null) {
    const language = 'tagName' in at ? (attribute(at, 'lang') ?? attribute(at, 'xml:lang')) : undefined
    if (language?.trim()) return language.trim()
  }
  return undefined
}

/** The main content, and whether the page marks it as such. */
function mainOf(document: Tree.Document): [Tree.Node[], boolean] {
  const main = find(document, node => isMain(node) && !isHidden(node) && textOf(node).trim() !== '')
  if (main) return [[main], true]
  const body = find(document, node => node.tagName === 'body') ?? document
  const [article, ...others] = every(document, ({ tagName }) => tagName === 'article')
  // A lone card beside the text may be an article too, but a short one.
  if (article && others.length === 0 && 2 * textOf(article).length > textOf(body).length) return [[article], true]
  return [[body], false]
}

/** Whether an element is marked as the main content, also by DocSearch's class. */
function isMain(node: Tree.Element): boolean {
  return (
    node.tagName === 'main' ||
    attribute(node, 'role') === 'main' ||
    /(?:^|\s)DocSearch-content(?:\s|$)/.test(attribute(node, 'class') ?? '') ||
    attribute(node, 'itemprop') === 'articleBody'
  )
}
