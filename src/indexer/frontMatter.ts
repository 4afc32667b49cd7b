import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Warn } from './page.js'

export interface FrontMatter {
  /** The text after the front matter. */
  body: string
  /** How many lines the front matter takes. */
  lines: number
  /** The text of a field as written: `1.10` stays `1.10`. */
  texts(field: string): string[]
  /** Whether a field is `true` or `false`. */
  is(field: string, value: boolean): boolean
}

/**
 * Splits off front matter, whose end a Markdown parser would read as an underlined heading. TOML and JSON are dropped
 * unread.
 */
export function takeFrontMatter(source: string, warn: Warn): FrontMatter {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const fence = /^(---|\+\+\+)[ \t]*\n/.exec(text)
  const end = fence && new RegExp(`^\\${fence[1]![0]}{3}[ \\t]*(?:\\n|$)`, 'm').exec(text.slice(fence[0].length))
  if (!fence || !end) return { body: text, lines: 0, texts: () => [], is: () => false }
  const inside = text.slice(fence[0].length, fence[0].length + end.index)
  const whole = text.slice(0, fence[0].length + end.index + end[0].length)
  const document = fence[1] === '---' ? readYaml(inside, warn) : undefined
  if (!document) {
    // A page may begin with a thematic break or with TOML: only TOML is front matter.
    if (fence[1] === '---') return { body: text, lines: 0, texts: () => [], is: () => false }
    warn('front matter in TOML is not read', 1)
  }
  return {
    body: text.slice(whole.length),
    lines: whole.split('\n').length - 1,
    texts: field => textsOf(document?.get(field, true)),
    is: (field, value) => document?.get(field) === value,
  }
}

/** @returns undefined if it is no mapping: then it was a thematic break and text */
function readYaml(text: string, warn: Warn): Document | undefined {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const looksLikeFields = text.trim() === '' || /^[\w"'-]+[ \t]*:/m.test(text)
  if (!looksLikeFields) return undefined
  for (const error of document.errors.slice(0, 1)) {
    warn(`front matter: ${error.message.split('\n')[0]}`, 1 + lines.linePos(error.pos[0]).line)
  }
  // An unclosed quote or bracket may have swallowed half of it.
  return document.errors.length === 0 && isMap(document.contents) ? document : new Document({})
}

function textsOf(node: unknown): string[] {
  if (isSeq(node)) return node.items.flatMap(textsOf)
  if (!isScalar(node) || node.value === null || node.value === undefined) return []
  const text = (typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))).trim()
  return text === '' ? [] : [text]
}
