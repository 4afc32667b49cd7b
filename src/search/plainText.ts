import type { Token, Tokens } from 'marked'

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©' }

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole
  })
}

/** What a reader sees of inline Markdown, on one line. Tags and comments leave nothing, images their description. */
export function inlineText(tokens: readonly Token[]): string {
  return tokens
    .map(token => {
      switch (token.type) {
        case 'br':
          return ' '
        case 'html':
        case 'checkbox':
          return ''
        case 'codespan':
        case 'escape':
          return token.text
        case 'image':
          return decodeEntities(token.text)
        default: {
          const { tokens, text = '' } = token as Tokens.Generic
          return tokens === undefined ? decodeEntities(text) : inlineText(tokens)
        }
      }
    })
    .join('')
    .replace(/\s+/g, ' ')
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

/** A list of nothing but links to headings of the page says nothing that the headings do not. */
function isTableOfContents(list: Tokens.List): boolean {
  return list.items.every(item => item.tokens.every(isLinkInPage))
}

/**
 * The text of block Markdown as short lines: one a paragraph, list item, table row or line of code.
 * HTML blocks and tables of contents leave nothing.
 */
export function blockLines(tokens: readonly Token[], indent = ''): string[] {
  return tokens.flatMap(token => {
    switch (token.type) {
      case 'code':
        return token.text
          .trimEnd()
          .split('\n')
          .map((line: string) => indent + line)
      case 'list':
        return isTableOfContents(token as Tokens.List) ? [] : listLines(token as Tokens.List, indent)
      case 'blockquote':
        return blockLines(token.tokens!, indent)
      case 'table':
        return tableLines(token as Tokens.Table, indent)
      case 'paragraph':
      case 'heading':
      case 'text': {
        const line = token.tokens === undefined ? decodeEntities(token.text) : inlineText(token.tokens)
        return line.trim() === '' ? [] : [indent + line.trim()]
      }
      default:
        return []
    }
  })
}

function listLines(list: Tokens.List, indent: string): string[] {
  return list.items.flatMap((item, index) => {
    const marker = list.ordered ? `${Number(list.start || 1) + index}. ` : '- '
    const [first, ...rest] = blockLines(item.tokens, `${indent}  `)
    return first === undefined ? [] : [indent + marker + first.trimStart(), ...rest]
  })
}

function tableLines(table: Tokens.Table, indent: string): string[] {
  return [table.header, ...table.rows].map(
    cells => indent + cells.map(cell => inlineText(cell.tokens).trim()).join(' | '),
  )
}
