import GithubSlugger, { slug } from 'github-slugger'
import { Lexer, type Token, type Tokens } from 'marked'
import { blockLines, inlineText } from './plainText.js'

/** The text under one heading, or a part of it. */
export interface MarkdownSection {
  /** The fragment that GitHub gives the heading; empty before the first heading. */
  anchor: string
  /** Headings from the page's title down to the section's own, without the title. Empty for the text under the title. */
  path: string[]
  text: string
}

export interface MarkdownPage {
  title: string
  sections: MarkdownSection[]
}

export interface SplitOptions {
  /** The title of a page that has none in its front matter and no heading of the first level. */
  fallbackTitle: string
  /**
   * Longest text of a section, in characters; a longer one becomes several of about equal length, split between lines.
   * The default and its headings fit into the 256 tokens that a small reranker reads, code included, and take it little time.
   * @default 700
   */
  maxLength?: number
}

/**
 * Splits a Markdown file at its headings. What only looks like a heading (in code, in comments, in front matter) is not one;
 * headings within quotes and lists stay part of the text around them, but count for the numbering of repeated anchors, as on GitHub.
 */
export function splitSections(markdown: string, { fallbackTitle, maxLength = 700 }: SplitOptions): MarkdownPage {
  const { body, title: frontMatterTitle } = takeFrontMatter(markdown)
  const slugger = new GithubSlugger()
  const sections: MarkdownSection[] = []
  const open: { depth: number; text: string }[] = []
  let title = frontMatterTitle
  let anchor = ''
  let block: Token[] = []

  const close = () => {
    const path = open.map(heading => heading.text)
    for (const text of packLines(blockLines(block), maxLength)) sections.push({ anchor, path, text })
    block = []
  }

  for (const token of new Lexer({ gfm: true }).lex(body)) {
    if (token.type !== 'heading') {
      for (const nested of headingsWithin(token)) slugger.slug(inlineText(nested.tokens).trim())
      block.push(token)
      continue
    }
    close()
    const { depth, tokens } = token as Tokens.Heading
    const text = inlineText(tokens).trim()
    anchor = slugger.slug(text)
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop()
    const isTitle =
      title === undefined ? depth === 1 || sameWords(text, fallbackTitle) : text === title && sections.length === 0
    if (isTitle) title = text
    else open.push({ depth, text })
  }
  close()
  return { title: title ?? fallbackTitle, sections }
}

function sameWords(a: string, b: string): boolean {
  return slug(a) === slug(b)
}

/** Front matter is not Markdown: the lexer would read its end as an underlined heading. */
function takeFrontMatter(markdown: string): { body: string; title?: string } {
  const text = markdown.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const end = text.startsWith('---\n') ? text.indexOf('\n---\n', 3) : -1
  if (end < 0) return { body: text }
  const title = /^title:\s*(.+)$/m
    .exec(text.slice(4, end + 1))?.[1]
    ?.trim()
    .replace(/^(['"])(.*)\1$/, '$2')
  return { body: text.slice(end + 5), ...(title ? { title } : {}) }
}

function headingsWithin(token: Token): Tokens.Heading[] {
  const { items, tokens } = token as Tokens.Generic
  const children: Token[] = items ?? tokens ?? []
  return children.flatMap(child => (child.type === 'heading' ? [child as Tokens.Heading] : headingsWithin(child)))
}

/** Joins lines to as few texts as the limit allows, of about equal length. */
function packLines(lines: string[], maxLength: number): string[] {
  const pieces = lines.flatMap(line => breakLine(line, maxLength))
  const total = pieces.reduce((sum, piece) => sum + piece.length + 1, 0)
  const target = total / Math.ceil(total / maxLength)
  const texts: string[] = []
  let text = ''
  let packed = 0
  for (const piece of pieces) {
    const full = text.length + 1 + piece.length > maxLength
    // Past the middle of this piece, the next text would begin nearer to its fair place.
    const due = packed + piece.length / 2 > target * (texts.length + 1)
    if (text !== '' && (full || due)) {
      texts.push(text)
      text = ''
    }
    text = text === '' ? piece : `${text}\n${piece}`
    packed += piece.length + 1
  }
  if (text.trim() !== '') texts.push(text)
  return texts
}

/** Breaks a line that alone is too long, after a sentence if it can, else at a blank, else anywhere. */
function breakLine(line: string, maxLength: number): string[] {
  if (line.length <= maxLength) return [line]
  const head = line.slice(0, maxLength)
  const sentence = head.lastIndexOf('. ') + 1
  const at = sentence > maxLength / 2 ? sentence : Math.max(head.lastIndexOf(' '), 0) || maxLength
  return [line.slice(0, at), ...breakLine(line.slice(at).trimStart(), maxLength)]
}
