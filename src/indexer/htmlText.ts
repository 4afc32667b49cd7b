import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { isChrome, namesOf } from './chrome.js'
import { attribute, every, holds } from './dom.js'
import { codeLines, isCodeOfLines, listingOf } from './htmlCode.js'
import type { Block, Heading, Part, Warn } from './page.js'

/** Elements that are never text of the page. */
export const LEFT_OUT = new Set(
  'script style template noscript iframe object embed svg canvas audio video nav footer form input select textarea button dialog menu head datalist'.split(
    ' ',
  ),
)
/** Elements left out unless they are in the main content. */
const AROUND_MAIN = new Set(['header', 'aside'])
const LEFT_OUT_ROLES = new Set([
  'navigation',
  'banner',
  'contentinfo',
  'search',
  'dialog',
  'menu',
  'toolbar',
  'tablist',
])
const BLOCKS = new Set(
  'address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure header hgroup hr html li main p section summary'.split(
    ' ',
  ),
)

function isBlock(tagName: string): boolean {
  return BLOCKS.has(tagName) || /^(?:table|[uo]l|pre|h[1-6])$/.test(tagName)
}

/** Symbols of a heading's link to itself. */
const PERMALINK = /^(?:[\s\u200B#¶§🔗◆∞]*|permalink.*|(?:direct )?link to (?:this )?.*)$/iu

/** A page that repeats more ids than that does so on purpose. */
const MOST_REPEATED = 3

/** What `HtmlText` needs to know about the page. */
export interface HtmlTextOptions {
  /** Whether the page marks its main content, and this is it. */
  inMain: boolean
  warn: Warn
  /** Elements that are left out beside those that never are text. */
  isIgnored?: (node: Tree.Element) => boolean
}

/** Converts HTML to its visible text: headings, and blocks of lines. */
export class HtmlText {
  readonly parts: Part[] = []
  #inline = ''
  /** The `id` of an enclosing element that has just begun; its first heading takes it if it has none. */
  #begun = ''
  readonly #seen = new Set<string>()
  /** The depth of a term of the list at hand. */
  #termDepth = 2
  /** The heading that text after a list of terms stands under again. */
  #resumed: Heading | undefined

  /** Whether the last part is a term, which another one may follow. */
  #afterTerm = false

  /** Headings with an id that was there before. */
  #repeated = 0

  readonly #options: HtmlTextOptions

  constructor(options: HtmlTextOptions) {
    this.#options = options
  }

  read(node: Tree.Node): this {
    this.#walk(node)
    this.#flush()
    return this
  }

  #walk(node: Tree.Node): void {
    if ('value' in node) {
      this.#inline += node.value
      return
    }
    if (!('tagName' in node)) {
      if ('childNodes' in node) for (const child of node.childNodes) this.#walk(child)
      return
    }
    if (this.#isLeftOut(node)) return
    const { tagName } = node
    if (/^h[1-6]$/.test(tagName)) this.#heading(node)
    else if (tagName === 'br') this.#inline += '\n'
    else if (tagName === 'img') this.#inline += attribute(node, 'alt') ?? ''
    else if (tagName === 'pre' || isCodeOfLines(node)) this.#block({ lines: codeLines(node), kind: 'code' })
    else if (tagName === 'table') this.#table(node)
    else if (tagName === 'ul' || tagName === 'ol') this.#list(node)
    else if (tagName === 'a') this.#link(node)
    else if (tagName === 'label') this.#apart(node)
    else if (tagName === 'dl') this.#below(() => this.#inside(node))
    else if (tagName === 'dt' && termAnchor(node)) this.#term(termAnchor(node)!, node)
    else if (tagName === 'details') this.#below(() => this.#details(node))
    else this.#inside(node)
  }

  /**
   * Terms and questions with an id of their own are headings, below the one that they stand under; what follows their
   * list is under that one again.
   */
  #below(read: () => void): void {
    this.#flush()
    const above = this.#lastHeading()
    const depth = this.#termDepth
    this.#termDepth = (above?.depth ?? 1) + 1
    const before = this.parts.length
    read()
    this.#flush()
    this.#termDepth = depth
    if (above && this.parts.slice(before).some(part => 'heading' in part)) this.#resumed = above
  }

  #term(anchor: string, shown: Tree.Element): void {
    this.#flush()
    const text = this.#inlineOf(shown.childNodes)
    if (text === '') return
    const last = this.parts.at(-1)
    // `-a` and `--all` share one description.
    if (this.#afterTerm && last && 'heading' in last && last.heading.depth === this.#termDepth) {
      last.heading.text += `, ${text}`
    } else this.#push({ depth: this.#termDepth, text, anchor })
    this.#afterTerm = true
  }

  #table(node: Tree.Element): void {
    const listing = listingOf(node)
    if (listing) this.#block({ lines: listing, kind: 'code' })
    else if (isSignature(node)) this.#block({ lines: [this.#inlineOf(node.childNodes)], kind: 'code' })
    else if (isLayout(node)) this.#inside(node)
    else this.#block(this.#tableBlock(node))
  }

  #details(node: Tree.Element): void {
    const summary = node.childNodes.find(child => 'tagName' in child && child.tagName === 'summary') as Tree.Element
    if (!summary || !attribute(node, 'id')) {
      this.#inside(node)
      return
    }
    this.#term(attribute(node, 'id')!, summary)
    this.#afterTerm = false
    this.#all(node.childNodes.filter(child => child !== summary))
  }

  #push(heading: Heading): void {
    this.#resumed = undefined
    this.#afterTerm = false
    this.#seen.add(heading.anchor)
    this.parts.push({ heading })
  }

  #lastHeading(): Heading | undefined {
    return this.#resumed ?? this.parts.findLast(part => 'heading' in part)?.heading
  }

  #pushBlock(block: Block): void {
    if (this.#resumed) this.parts.push({ heading: this.#resumed })
    this.#resumed = undefined
    this.#afterTerm = false
    this.parts.push({ block })
  }

  /** Labels stand beside each other without blanks, as tabs do. */
  #apart(node: Tree.Element): void {
    this.#inline += ' '
    this.#all(node.childNodes)
    this.#inline += ' '
  }

  #link(node: Tree.Element): void {
    // Anchors such as <a name="x"></a> precede their heading.
    this.#begun = attribute(node, 'id') ?? attribute(node, 'name') ?? this.#begun
    if (attribute(node, 'href')?.startsWith('#') && PERMALINK.test(textOf(node))) return
    this.#inside(node)
  }

  #inside(node: Tree.Element): void {
    const { tagName } = node
    const block = BLOCKS.has(tagName) || tagName.includes('-')
    if (block) {
      this.#flush()
      if (tagName !== 'p' && this.#isNavigation(node)) return
      this.#begun = attribute(node, 'id') ?? this.#begun
    }
    this.#all(node.childNodes)
    if (block) this.#flush()
  }

  #all(nodes: readonly Tree.Node[]): void {
    for (const node of nodes) this.#walk(node)
  }

  #isLeftOut(node: Tree.Element): boolean {
    const { tagName } = node
    if (LEFT_OUT.has(tagName) || (!this.#options.inMain && AROUND_MAIN.has(tagName))) return true
    if (isHidden(node) || isChrome(node, this.#options.inMain) || this.#options.isIgnored?.(node)) return true
    return LEFT_OUT_ROLES.has(attribute(node, 'role') ?? '')
  }

  /** The text on one line, without a heading's link to itself and without elements that the index omits. */
  #inlineOf(nodes: readonly Tree.Node[]): string {
    return inlineOf(nodes, node => isChrome(node, this.#options.inMain) || (this.#options.isIgnored?.(node) ?? false))
  }

  #heading(node: Tree.Element): void {
    this.#flush()
    // An unclosed heading contains what follows it.
    const end = node.childNodes.findIndex(child => 'tagName' in child && isBlock(child.tagName))
    const [shown, rest] = end < 0 ? [node.childNodes, []] : [node.childNodes.slice(0, end), node.childNodes.slice(end)]
    const text = this.#inlineOf(shown)
    const anchor = attribute(node, 'id') ?? anchorWithin(node) ?? this.#begun
    this.#begun = ''
    if (text === '') {
      this.#all(rest)
      return
    }
    if (anchor !== '' && this.#seen.has(anchor) && ++this.#repeated <= MOST_REPEATED) {
      this.#options.warn(
        `the id "${anchor}" is there already; links to it lead to the first`,
        node.sourceCodeLocation?.startLine,
      )
    }
    this.#push({
      depth: Number(tagDepth(node)),
      text,
      anchor: anchor || this.#anchorAbove(),
      ...(namesOf(node).includes('title') ? { isTitle: true } : {}),
    })
    this.#all(rest)
  }

  #tableBlock(table: Tree.Element): Block {
    const rows: string[] = []
    let header: string | undefined
    const walk = (node: Tree.Node): void => {
      if (!('childNodes' in node)) return
      if ('tagName' in node && this.#isLeftOut(node)) return
      if (!('tagName' in node) || node.tagName !== 'tr') {
        node.childNodes.forEach(walk)
        return
      }
      const cells = node.childNodes.filter(cell => 'tagName' in cell)
      const row = cells.map(cell => this.#inlineOf(cell.childNodes)).join(' | ')
      if (row.replaceAll('|', '').trim() === '') return
      if (rows.length === 0 && cells.every(cell => cell.tagName === 'th')) header = row
      rows.push(row)
    }
    walk(table)
    return { lines: rows, ...(header === undefined ? {} : { header }), kind: 'table' }
  }

  /** Text under a heading without an id belongs to the section before it. */
  #anchorAbove(): string {
    const before = this.parts.findLast(part => 'heading' in part)
    return before && 'heading' in before ? before.heading.anchor : ''
  }

  #list(node: Tree.Element): void {
    this.#flush()
    if (isTableOfContents(node) || this.#isNavigation(node)) return
    if (holds(node, ({ tagName }) => /^h[1-6]$/.test(tagName))) {
      // A list that only lays out what has headings of its own.
      this.#all(node.childNodes)
      return
    }
    const start = Number(attribute(node, 'start') ?? 1)
    let number = Number.isFinite(start) ? start : 1
    for (const item of node.childNodes) {
      if (!('tagName' in item) || this.#isLeftOut(item)) continue
      const marker = node.tagName === 'ol' ? `${number++}. ` : '- '
      const inside = new HtmlText(this.#options).read(asFragment(item))
      const [first, ...rest] = inside.parts.flatMap(part => ('block' in part ? part.block.lines : [part.heading.text]))
      if (first === undefined) continue
      this.#block({ lines: [marker + first, ...rest.map(line => `  ${line}`)], kind: 'item' })
    }
  }

  /** Nothing but links, before the first heading, where the page does not mark its main content. */
  #isNavigation(list: Tree.Element): boolean {
    return !this.#options.inMain && !this.parts.some(part => 'heading' in part) && isListOfLinks(list, () => true)
  }

  #flush(): void {
    const line = collapse(this.#inline)
    this.#inline = ''
    if (line !== '') this.#block({ lines: [line] })
  }

  #block(block: Block): void {
    const before = collapse(this.#inline)
    this.#inline = ''
    if (before !== '') this.#pushBlock({ lines: [before] })
    if (!block.lines.some(line => line.trim() !== '')) return
    this.#begun = ''
    this.#pushBlock(block)
  }
}

/** All text in the element, with its white space; without elements that are never text. */
export function textOf(node: Tree.Node): string {
  if ('value' in node) return node.value
  if (!('childNodes' in node)) return ''
  if ('tagName' in node) {
    if (LEFT_OUT.has(node.tagName)) return ''
    if (attribute(node, 'aria-hidden') === 'true') return ''
  }
  // Syntax highlighters that wrap each line of code in an element keep the line breaks.
  return node.childNodes.map(child => ('tagName' in child && child.tagName === 'br' ? '\n' : textOf(child))).join('')
}

function inlineOf(nodes: readonly Tree.Node[], isIgnored: (node: Tree.Element) => boolean): string {
  const text = (child: Tree.Node): string => {
    if ('value' in child) return child.value
    if (!('childNodes' in child)) return ''
    if ('tagName' in child) {
      if (LEFT_OUT.has(child.tagName) || attribute(child, 'aria-hidden') === 'true' || isIgnored(child)) return ''
      if (child.tagName === 'img') return attribute(child, 'alt') ?? ''
      if (child.tagName === 'br') return ' '
      if (child.tagName === 'a' && attribute(child, 'href')?.includes('#') && PERMALINK.test(textOf(child))) return ''
    }
    return child.childNodes.map(text).join('')
  }
  return collapse(nodes.map(text).join(''))
}

/** That of an older anchor: `<a name="x">`. */
function nameOf(node: Tree.Element): string | undefined {
  return node.tagName === 'a' ? attribute(node, 'name') : undefined
}

function anchorWithin(node: Tree.Element): string | undefined {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue
    const href = attribute(child, 'href')
    // A link to itself covers the heading or shows a sign; others lead elsewhere on the page.
    const isOwn = PERMALINK.test(textOf(child)) || textOf(child).trim() === textOf(node).trim()
    if (href?.startsWith('#') && href.length > 1 && isOwn) return decoded(href.slice(1))
    const own = attribute(child, 'id') ?? nameOf(child) ?? anchorWithin(child)
    if (own) return own
  }
  return undefined
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

export function isHidden(node: Tree.Element): boolean {
  if (attribute(node, 'hidden') !== undefined || attribute(node, 'aria-hidden') === 'true') return true
  return /(?:^|;)\s*display\s*:\s*none\b/i.test(attribute(node, 'style') ?? '')
}

/** The fragment of a term of a definition list, where it has one. */
function termAnchor(term: Tree.Element): string | undefined {
  const own = attribute(term, 'id')
  if (own) return own
  const [inside] = every(term, node => node !== term && Boolean(attribute(node, 'id') ?? nameOf(node)))
  return inside && (attribute(inside, 'id') ?? nameOf(inside))
}

/** Doxygen: a function with its parameters, a table in form alone. */
function isSignature(table: Tree.Element): boolean {
  return attribute(table, 'class') === 'memname'
}

/** Whether a table only lays out what stands in it: headings, other tables, or a picture beside a text. */
function isLayout(table: Tree.Element): boolean {
  if (/^(?:presentation|none)$/.test(attribute(table, 'role') ?? '')) return true
  if (holds(table, ({ tagName }) => /^h[1-6]$|^table$/.test(tagName))) return true
  const rows = every(table, ({ tagName }) => tagName === 'tr')
  const cells = every(table, ({ tagName }) => tagName === 'td' || tagName === 'th')
  const blocks = cells.filter(cell => holds(cell, ({ tagName }) => /^(?:p|div|pre|[uod]l)$/.test(tagName)))
  return rows.length === 1 && cells.length <= 2 && blocks.length > 0
}

/** What stands between links. */
const SEPARATORS = /^[\s|·•›»/,&–—-]*$/

/** Whether a list is a table of contents: only links to parts of the page. */
function isTableOfContents(list: Tree.Element): boolean {
  return isListOfLinks(list, href => href.startsWith('#'))
}

function isListOfLinks(list: Tree.Element, wanted: (href: string) => boolean): boolean {
  let links = 0
  const onlyLinks = (node: Tree.Node): boolean => {
    if ('value' in node) return SEPARATORS.test(node.value)
    if ('tagName' in node && node.tagName === 'a') {
      links++
      return wanted(attribute(node, 'href') ?? '')
    }
    return !('childNodes' in node) || node.childNodes.every(onlyLinks)
  }
  return list.childNodes.every(onlyLinks) && links > 0
}

function asFragment(node: Tree.Element): Tree.DocumentFragment {
  return { nodeName: '#document-fragment', childNodes: node.childNodes }
}

function tagDepth(node: Tree.Element): string {
  return node.tagName.slice(1)
}

function collapse(text: string): string {
  return text
    .replace(/[\u00AD\u200B\u2060]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
