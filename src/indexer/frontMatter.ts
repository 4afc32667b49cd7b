import { parse as parseToml, type TomlError } from 'smol-toml'
import { Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Warn } from './page.js'

export interface FrontMatter {
  /** The text after the front matter. */
  body: string
  /** How many lines the front matter takes. */
  lines: number
  /** The values of a field as written: `1.10` stays `1.10`. */
  texts(field: string): string[]
  /** Whether a field is `true` or `false`. */
  is(field: string, value: boolean): boolean
  /** Whether a field within a field has a value. */
  isIn(outer: string, field: string, value: boolean | string): boolean
}

/** Splits off front matter in YAML, TOML or JSON. A Markdown parser would take its end for an underlined heading. */
export function takeFrontMatter(source: string, warn: Warn): FrontMatter {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const json = readJson(text)
  if (json) return frontMatter(text, json.length, new Document(json.fields))
  const fence = /^(---|\+\+\+)[ \t]*\n/.exec(text)
  const end = fence && new RegExp(`^\\${fence[1]![0]}{3}[ \\t]*(?:\\n|$)`, 'm').exec(text.slice(fence[0].length))
  if (!fence || !end) return frontMatter(text, 0, new Document({}))
  const inside = text.slice(fence[0].length, fence[0].length + end.index)
  const whole = text.slice(0, fence[0].length + end.index + end[0].length)
  if (fence[1] === '+++') {
    return frontMatter(text, whole.length, new Document(readToml(inside, warn)))
  }
  const document = readYaml(inside, warn)
  // A page may begin with a thematic break.
  return document ? frontMatter(text, whole.length, document) : frontMatter(text, 0, new Document({}))
}

function frontMatter(text: string, length: number, document: Document): FrontMatter {
  return {
    body: text.slice(length),
    lines: text.slice(0, length).split('\n').length - 1,
    texts: field => textsOf(document.get(field, true)),
    is: (field, value) => document.get(field) === value,
    isIn: (outer, field, value) => document.getIn([outer, field]) === value,
  }
}

/** A JSON object on the first lines, as Hugo reads it. */
function readJson(text: string): { fields: object; length: number } | undefined {
  const [object] = /^\{\s[\s\S]*?\n\}[ \t]*(?:\n|$)/.exec(text) ?? []
  if (object === undefined) return undefined
  try {
    return { fields: JSON.parse(object), length: object.length }
  } catch {
    return undefined
  }
}

function readToml(text: string, warn: Warn): Record<string, unknown> {
  try {
    // Dates become texts, as they were written.
    const fields: Record<string, unknown> = JSON.parse(JSON.stringify(parseToml(text)))
    const numbers = Object.keys(fields).filter(name => typeof fields[name] === 'number')
    return { ...fields, ...Object.fromEntries(numbers.map(name => [name, tomlSource(text, name) ?? fields[name]])) }
  } catch (error) {
    const { message, line = 0 } = error as TomlError
    warn(`front matter: ${message.split('\n')[0]}`, 1 + line)
    return {}
  }
}

/** A number as it is written: `1.10` is a version. */
function tomlSource(text: string, name: string): string | undefined {
  return new RegExp(`^[ \\t]*["']?${name.replace(/[^\w-]/g, '\\$&')}["']?[ \\t]*=[ \\t]*([^\\s#]+)`, 'm').exec(
    text,
  )?.[1]
}

/** @returns undefined if the text is no mapping: it stands between thematic breaks */
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
