import { Lexer, type Token, type Tokens } from 'marked'
import { parseFragment } from 'parse5'
import { HtmlText } from './htmlText.js'
import type { Block, Part } from './page.js'
import { textOf } from './textContent.js'

/** The visible text of inline Markdown, on one line. Tags and comments are dropped; images become their description. */
export function inlineText(tokens: readonly Token[], mdx = false): string {
  const text = tokens
    .map(token => {
      switch (token.type) {
        case 'br':
          return ' '
        case 'html':
          return /^<br\b/i.test(token.raw) ? ' ' : ''
        case 'checkbox':
          return ''
        case 'codespan':
        case 'escape':
          return token.text
        case 'image':
          return decodeEntities(token.text)
        default: {
          const { tokens, text = '' } = token as Tokens.Generic
          return tokens === undefined ? decodeEntities(text) : inlineText(tokens, mdx)
        }
      }
    })
    .join('')
  return (mdx ? text.replace(/\{\/\*[\s\S]*?\*\/\}/g, '') : text).replace(/\s+/g, ' ')
}

function decodeEntities(text: string): string {
  return text.includes('&') ? textOf(parseFragment(text.replaceAll('<', '&lt;'))) : text
}

/** Fences of MyST that hold prose, and fences whose content only Sphinx reads. */
const NOTES =
  /^\{(?:note|tip|hint|important|warning|caution|attention|danger|error|admonition|seealso|dropdown|card|details)\}/
const UNREAD = /^\{(?:eval-rst|toctree|contents|include|literalinclude|image|figure|bibliography|auto\w+)\}/

/**
 * The text of block Markdown: paragraphs, list items, tables and code as blocks of lines. HTML leaves its text; its
 * headings become blocks. A table of contents is dropped.
 */
export function blocksOf(tokens: readonly Token[], mdx = false): Block[] {
  return tokens.flatMap((token): Block[] => {
    switch (token.type) {
      case 'code':
        if (NOTES.test(token.lang ?? '')) return blocksOf(new Lexer({ gfm: true }).lex(token.text), mdx)
        if (UNREAD.test(token.lang ?? '')) return []
        return filled({ lines: token.text.trimEnd().split('\n'), kind: 'code' })
      case 'list':
        return isTableOfContents(token as Tokens.List) ? [] : itemBlocks(token as Tokens.List, mdx)
      case 'blockquote':
        return blocksOf(token.tokens!, mdx)
      case 'table':
        return [tableBlock(token as Tokens.Table, mdx)]
      case 'html':
        return htmlParts(token.text, mdx).map(part => ('block' in part ? part.block : { lines: [part.heading.text] }))
      case 'paragraph':
      case 'heading':
      case 'text': {
        const line = token.tokens === undefined ? decodeEntities(token.text) : inlineText(token.tokens, mdx)
        return filled({ lines: [line.trim()] })
      }
      default:
        return []
    }
  })
}

function filled(block: Block): Block[] {
  return block.lines.some(line => line.trim() !== '') ? [block] : []
}

/** The headings and blocks of HTML. Of MDX's components, also the texts in their attributes. */
export function htmlParts(html: string, mdx = false): Part[] {
  const shown = mdx ? html.replace(COMPONENT, (tag, attributes: string) => tag + attributeTexts(attributes)) : html
  return new HtmlText({ inMain: true, warn: () => {} }).read(parseFragment(shown)).parts
}

const COMPONENT = /<[A-Z][\w.]*\b((?:[^<>"'{}]|"[^"]*"|'[^']*'|\{[^{}]*\})*)\/?>/g

function attributeTexts(attributes: string): string {
  const texts = [...attributes.matchAll(/\b(?:label|title|description)=(?:"([^"]*)"|'([^']*)')/g)]
  return texts.map(([, double, single]) => `<p>${double ?? single}</p>`).join('')
}

function itemBlocks(list: Tokens.List, mdx: boolean): Block[] {
  return list.items.flatMap((item, index) => {
    const marker = list.ordered ? `${Number(list.start || 1) + index}. ` : '- '
    const [first, ...rest] = blocksOf(item.tokens, mdx).flatMap(({ lines }) => lines)
    return first === undefined ? [] : [{ lines: [marker + first, ...rest.map(line => `  ${line}`)] }]
  })
}

function tableBlock(table: Tokens.Table, mdx: boolean): Block {
  const [header, ...rows] = [table.header, ...table.rows].map(cells =>
    cells.map(cell => inlineText(cell.tokens, mdx).trim()).join(' | '),
  )
  return { lines: [header!, ...rows], header: header! }
}

/** Whether a list is a table of contents: it only links to headings of its page. */
function isTableOfContents(list: Tokens.List): boolean {
  return list.items.every(item => item.tokens.every(isLinkInPage))
}

function isLinkInPage(token: Token): boolean {
  switch (token.type) {
    case 'link':
      return token.href.startsWith('#')
    case 'space':
    case 'html':
      return true
    case 'list':
      return isTableOfContents(token as Tokens.List)
    case 'text':
    case 'paragraph':
      return token.tokens === undefined ? token.text.trim() === '' : token.tokens.every(isLinkInPage)
    default:
      return false
  }
}
