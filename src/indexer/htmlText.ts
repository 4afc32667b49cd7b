import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { anchorWithin, isSelfLink, termAnchor } from './anchors.js'
import { namesOf } from './chrome.js'
import { attribute, holds } from './dom.js'
import { isLeftOut, type Visibility } from './elementVisibility.js'
import { codeLines, isCodeOfLines, listingOf } from './htmlCode.js'
import { isLayout, isSignature, tableBlock } from './htmlTables.js'
import { collapse, inlineOf } from './inlineText.js'
import { isListOfLinks, isTableOfContents } from './linkLists.js'
import type { Block, Heading, Part, Warn } from './page.js'

const BLOCKS = new Set(
  'address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure header hgroup hr html li main p section summary'.split(
    ' ',
  ),
)

function isBlock(tagName: string): boolean {
  return BLOCKS.has(tagName) || /^(?:table|[uo]l|pre|h[1-6])$/.test(tagName)
}

/** A page that repeats more ids than that does so on purpose. */
const MOST_REPEATED = 3

/** What `HtmlText` needs to know about the page. */
export interface HtmlTextOptions extends Visibility {
  warn: Warn
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
    if (isLeftOut(node, this.#options)) return
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
    const text = inlineOf(shown.childNodes, this.#options)
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
    else if (isSignature(node)) this.#block({ lines: [inlineOf(node.childNodes, this.#options)], kind: 'code' })
    else if (isLayout(node)) this.#inside(node)
    else this.#block(tableBlock(node, this.#options))
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
    if (attribute(node, 'href')?.startsWith('#') && isSelfLink(node)) return
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

  #heading(node: Tree.Element): void {
    this.#flush()
    // An unclosed heading contains what follows it.
    const end = node.childNodes.findIndex(child => 'tagName' in child && isBlock(child.tagName))
    const [shown, rest] = end < 0 ? [node.childNodes, []] : [node.childNodes.slice(0, end), node.childNodes.slice(end)]
    const text = inlineOf(shown, this.#options)
    const anchor = attribute(node, 'id') ?? anchorWithin(node) ?? this.#begun
    this.#begun = ''
    if (text === '') {
      this.#all(rest)
      return
    }
    this.#warnIfRepeated(anchor, node)
    this.#push({
      depth: Number(node.tagName.slice(1)),
      text,
      anchor: anchor || this.#anchorAbove(),
      ...(namesOf(node).includes('title') ? { isTitle: true } : {}),
    })
    this.#all(rest)
  }

  #warnIfRepeated(anchor: string, heading: Tree.Element): void {
    if (anchor === '' || !this.#seen.has(anchor) || ++this.#repeated > MOST_REPEATED) return
    this.#options.warn(
      `the id "${anchor}" is there already; links to it lead to the first`,
      heading.sourceCodeLocation?.startLine,
    )
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
      if (!('tagName' in item) || isLeftOut(item, this.#options)) continue
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

function asFragment(node: Tree.Element): Tree.DocumentFragment {
  return { nodeName: '#document-fragment', childNodes: node.childNodes }
}
