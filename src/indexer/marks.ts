import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { namesOf } from './chrome.js'
import { attribute, every, find } from './dom.js'
import { textOf } from './textContent.js'

/** Whether `data-search-ignore`, or Pagefind's attributes of the same meaning, leave an element out. */
export function isMarkedIgnored(node: Tree.Element): boolean {
  if (attribute(node, 'data-search-ignore') !== undefined) return true
  if (Number(attribute(node, 'data-pagefind-weight') ?? 1) === 0) return true
  return attribute(node, 'data-pagefind-ignore') !== undefined
}

/** Whether Pagefind's attribute marks the main content. Once one page has it, pages without it stay out. */
export function isMarkedBody(node: Tree.Element): boolean {
  return attribute(node, 'data-pagefind-body') !== undefined
}

/** The title that Pagefind's `data-pagefind-meta="title"` states. */
export function markedTitle(document: Tree.Document): string | undefined {
  for (const node of every(document, node => attribute(node, 'data-pagefind-meta') !== undefined)) {
    for (const [name, value] of pairsOf(node, attribute(node, 'data-pagefind-meta')!)) {
      if (name === 'title' && value !== '') return value
    }
  }
  return undefined
}

/**
 * The filters that Pagefind's `data-pagefind-filter` states: `name`, `name:value` or `name[attribute]`, several
 * separated by commas.
 */
export function filtersOf(document: Tree.Document): Record<string, string[]> {
  const filters = new Map<string, Set<string>>()
  for (const node of every(document, node => attribute(node, 'data-pagefind-filter') !== undefined)) {
    for (const [name, value] of pairsOf(node, attribute(node, 'data-pagefind-filter')!)) {
      if (value !== '') filters.set(name, (filters.get(name) ?? new Set()).add(value))
    }
  }
  return Object.fromEntries([...filters].map(([name, values]) => [name, [...values]]))
}

function pairsOf(node: Tree.Element, stated: string): [name: string, value: string][] {
  // A value after a colon may hold commas, so it comes last.
  const named = /^(?<before>(?:[^,:]+,)*)(?<name>[^,:[\]]+):(?<value>.*)$/s.exec(stated)?.groups
  const names = (named ? named.before! : stated).split(',').filter(name => name.trim() !== '')
  const pairs = names.map((name): [string, string] => {
    const { key, source } = /^(?<key>[^[]+)\[(?<source>[^\]]+)\]$/.exec(name.trim())?.groups ?? {}
    return key === undefined ? [name.trim(), plain(textOf(node))] : [key, plain(attribute(node, source!) ?? '')]
  })
  return named ? [...pairs, [named.name!.trim(), plain(named.value!)]] : pairs
}

/** The page's breadcrumbs, outermost first, without the link home. */
export function breadcrumbsOf(document: Tree.Document): string[] {
  const label = find(document, node => namesOf(node).includes('package-label-in-type'))
  // Javadoc: `Package org.example`.
  const packageName = label?.parentNode && plain(textOf(label.parentNode)).replace(/^\S+ /, '')
  if (packageName) return [packageName]
  const trail = find(
    document,
    node =>
      /breadcrumb/i.test(attribute(node, 'aria-label') ?? '') ||
      /BreadcrumbList/.test(attribute(node, 'itemtype') ?? '') ||
      (/^(?:nav|ol|ul|div)$/.test(node.tagName) && namesOf(node).some(name => /^breadcrumbs?$/.test(name))),
  )
  if (!trail) return []
  const items = every(trail, ({ tagName }) => tagName === 'li')
  const shown = items.length > 0 ? items : every(trail, ({ tagName }) => tagName === 'a')
  const texts = shown.map(item => plain(textOf(item)).replace(/^[\s/›»>]+|[\s/›»>]+$/g, ''))
  const above = items.length > 0 && texts.length > 1 ? texts.slice(0, -1) : texts
  return [...new Set(above.filter(text => text !== '' && !/^(?:home|start|index|docs?)$/i.test(text)))]
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
