import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import type { Block, Heading, Part, Warn } from './page.js'

/** Elements that are never text of the page. */
const LEFT_OUT = new Set(
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
const PERMALINK = /^(?:[\s\u200B#¶§🔗]*|permalink.*|(?:direct )?link to (?:this )?.*)$/iu

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

  readonly #options: { inMain: boolean; warn: Warn }

  constructor(options: { inMain: boolean; warn: Warn }) {
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
    else if (tagName === 'pre') this.#block({ lines: lines(textOf(node)) })
    else if (tagName === 'table') for (const block of tableBlocks(node)) this.#block(block)
    else if (tagName === 'ul' || tagName === 'ol') this.#list(node)
    else if (tagName === 'a') this.#link(node)
    else if (tagName === 'label') this.#apart(node)
    else if (tagName === 'dl') this.#below(() => this.#inside(node))
    else if (tagName === 'dt' && attribute(node, 'id')) this.#term(node, node)
    else if (tagName === 'details') this.#below(() => this.#details(node))
    else this.#inside(node)
  }

  /** Terms and questions with an id of their own are headings, below the one that they stand under; what follows their list is under that one again. */
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

  #term(named: Tree.Element, shown: Tree.Element): void {
    this.#flush()
    const anchor = attribute(named, 'id')!
    const text = inlineOf(shown.childNodes)
    if (text !== '') this.#push({ depth: this.#termDepth, text, anchor })
  }

  #details(node: Tree.Element): void {
    const summary = node.childNodes.find(child => 'tagName' in child && child.tagName === 'summary') as Tree.Element
    if (!summary || !attribute(node, 'id')) {
      this.#inside(node)
      return
    }
    this.#term(node, summary)
    this.#all(node.childNodes.filter(child => child !== summary))
  }

  #push(heading: Heading): void {
    this.#resumed = undefined
    this.#seen.add(heading.anchor)
    this.parts.push({ heading })
  }

  #lastHeading(): Heading | undefined {
    return this.#resumed ?? this.parts.findLast(part => 'heading' in part)?.heading
  }

  #pushBlock(block: Block): void {
    if (this.#resumed) this.parts.push({ heading: this.#resumed })
    this.#resumed = undefined
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
    if (attribute(node, 'hidden') !== undefined || attribute(node, 'aria-hidden') === 'true') return true
    return LEFT_OUT_ROLES.has(attribute(node, 'role') ?? '')
  }

  #heading(node: Tree.Element): void {
    this.#flush()
    // An unclosed heading contains what follows it.
    const end = node.childNodes.findIndex(child => 'tagName' in child && isBlock(child.tagName))
    const [shown, rest] = end < 0 ? [node.childNodes, []] : [node.childNodes.slice(0, end), node.childNodes.slice(end)]
    const text = inlineOf(shown)
    const anchor = attribute(node, 'id') ?? anchorWithin(node) ?? this.#begun
    this.#begun = ''
    if (text === '') {
      this.#all(rest)
      return
    }
    if (anchor !== '' && this.#seen.has(anchor)) {
      this.#options.warn(
        `the id "${anchor}" is there already; links to it lead to the first`,
        node.sourceCodeLocation?.startLine,
      )
    }
    this.#push({ depth: Number(tagDepth(node)), text, anchor: anchor || this.#anchorAbove() })
    this.#all(rest)
  }

  /** Text under a heading without an id belongs to the section before it. */
  #anchorAbove(): string {
    const before = this.parts.findLast(part => 'heading' in part)
    return before && 'heading' in before ? before.heading.anchor : ''
  }

  #list(node: Tree.Element): void {
    this.#flush()
    if (isTableOfContents(node) || this.#isNavigation(node)) return
    const start = Number(attribute(node, 'start') ?? 1)
    let number = Number.isFinite(start) ? start : 1
    for (const item of node.childNodes) {
      if (!('tagName' in item) || this.#isLeftOut(item)) continue
      const marker = node.tagName === 'ol' ? `${number++}. ` : '- '
      const inside = new HtmlText(this.#options).read(asFragment(item))
      const [first, ...rest] = inside.parts.flatMap(part => ('block' in part ? part.block.lines : [part.heading.text]))
      if (first !== undefined) this.#block({ lines: [marker + first, ...rest.map(line => `  ${line}`)] })
    }
  }

  /** Links to other pages before the first heading, where the page does not mark its main content. */
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

export function attribute(node: Tree.Element, name: string): string | undefined {
  return node.attrs.find(attr => attr.name === name)?.value
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

/** The text on one line, without a heading's link to itself. */
function inlineOf(nodes: readonly Tree.Node[]): string {
  const text = (child: Tree.Node): string => {
    if ('value' in child) return child.value
    if (!('childNodes' in child)) return ''
    if ('tagName' in child) {
      if (LEFT_OUT.has(child.tagName) || attribute(child, 'aria-hidden') === 'true') return ''
      if (child.tagName === 'img') return attribute(child, 'alt') ?? ''
      if (child.tagName === 'br') return ' '
      if (child.tagName === 'a' && attribute(child, 'href')?.includes('#') && PERMALINK.test(textOf(child))) return ''
    }
    return child.childNodes.map(text).join('')
  }
  return collapse(nodes.map(text).join(''))
}

function anchorWithin(node: Tree.Element): string | undefined {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue
    const href = attribute(child, 'href')
    if (href?.startsWith('#') && href.length > 1) return decoded(href.slice(1))
    const own =
      attribute(child, 'id') ?? (child.tagName === 'a' ? attribute(child, 'name') : undefined) ?? anchorWithin(child)
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

/** A table that lays out code beside its line numbers is that code. */
function tableBlocks(table: Tree.Element): Block[] {
  const codes = elements(table, 'pre').map(pre => lines(textOf(pre)))
  const listings = codes.filter(code => !code.every(line => /^\s*\d*\s*$/.test(line)))
  if (codes.length === listings.length + 1 && listings.length === 1) return [{ lines: listings[0]! }]
  return [tableBlock(table)]
}

function elements(node: Tree.Node, tagName: string): Tree.Element[] {
  if ('tagName' in node && node.tagName === tagName) return [node]
  return 'childNodes' in node ? node.childNodes.flatMap(child => elements(child, tagName)) : []
}

function tableBlock(table: Tree.Element): Block {
  const rows: string[] = []
  let header: string | undefined
  const walk = (node: Tree.Node): void => {
    if (!('childNodes' in node)) return
    if (!('tagName' in node) || node.tagName !== 'tr') {
      node.childNodes.forEach(walk)
      return
    }
    const cells = node.childNodes.filter(cell => 'tagName' in cell)
    const row = cells.map(cell => inlineOf(cell.childNodes)).join(' | ')
    if (row.replaceAll('|', '').trim() === '') return
    if (rows.length === 0 && cells.every(cell => cell.tagName === 'th')) header = row
    rows.push(row)
  }
  walk(table)
  return { lines: rows, ...(header === undefined ? {} : { header }) }
}

/** Whether a list is a table of contents: only links to parts of the page. */
function isTableOfContents(list: Tree.Element): boolean {
  return isListOfLinks(list, href => href.startsWith('#'))
}

function isListOfLinks(list: Tree.Element, wanted: (href: string) => boolean): boolean {
  let links = 0
  const onlyLinks = (node: Tree.Node): boolean => {
    if ('value' in node) return node.value.trim() === ''
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

function lines(code: string): string[] {
  const all = code
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(line => line.trimEnd())
  while (all.length > 0 && all[0] === '') all.shift()
  while (all.at(-1) === '') all.pop()
  return all
}

function collapse(text: string): string {
  return text
    .replace(/[\u00AD\u200B\u2060]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
