import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Reads a file that another one includes. @returns undefined if it cannot be read */
export type ReadIncluded = (path: string, from: string) => string | undefined

/** @param folder the site's folder. Paths that begin with `/` or `@/` are relative to it */
export function includedFrom(folder: string, onRead: () => void): ReadIncluded {
  return (path, from) => {
    onRead()
    const below = /^@?\/(.*)$/.exec(path)?.[1]
    for (const place of [below ?? join(dirname(from), path), below ?? path]) {
      try {
        return readFileSync(join(folder, place), 'utf8')
      } catch {}
    }
    return undefined
  }
}

/** The deepest level of files that include files. */
const DEEPEST = 5

const FENCE = /^\s*(?:`{3,}|~{3,})/
/** Docusaurus imports a file and shows it as a component. */
const IMPORTED = /^import\s+([A-Z]\w*)\s+from\s+['"]([^'"]+\.mdx?)['"];?\s*$/
const COMPONENT = /^\s*<([A-Z]\w*)(?:\s[^<>]*)?\/>\s*$/
/** mdBook's includes also work in code. */
const MDBOOK = /^(\s*)\{\{#(?:include|rustdoc_include|playground)\s+([^:\s}]+)(?::([^\s}]*))?[^}]*\}\}\s*$/
const VITEPRESS = /^\s*<!--\s*@include:\s*([^\s{#]+)[^>]*-->\s*$/
const VITEPRESS_CODE = /^\s*<<<\s*(@?[^\s{#]+)(?:#([\w-]+))?.*$/
/** MkDocs. */
const SNIPPET = /^\s*-+8<-+\s+["']([^"':]+)(?::[^"']*)?["']\s*$/
const QUARTO = /^\s*\{\{<\s*include\s+"?([^\s">]+)"?\s*>\}\}\s*$/

/** A line of a text with includes resolved, and the line of the file that it comes from. */
export interface IncludedLine {
  text: string
  /** From 1. */
  line: number
}

/**
 * The lines of a Markdown file and of the files that it includes. A file that cannot be read adds none, nor does one
 * that includes itself.
 * @param within the texts of the files that include this one
 */
export function withIncludes(
  markdown: string,
  file: string,
  read: ReadIncluded | undefined,
  within: readonly string[] = [],
): IncludedLine[] {
  const imported = new Map<string, string>()
  let fenced = false
  return markdown.split('\n').flatMap((text, i): IncludedLine[] => {
    const lines = (included: readonly string[]) => included.map(of => ({ text: of, line: i + 1 }))
    const include = (path: string): IncludedLine[] => {
      const own = within.length < DEEPEST ? read?.(path, file) : undefined
      if (own === undefined || within.includes(own)) return lines([''])
      const body = own.replace(/\r\n?/g, '\n').replace(/^---\n[\s\S]*?\n---\n/, '')
      if (fenced || !/\.mdx?$/.test(path)) return lines(body.trimEnd().split('\n'))
      return lines(withIncludes(body, join(dirname(file), path), read, [...within, own]).map(line => line.text))
    }
    if (FENCE.test(text)) fenced = !fenced
    const book = MDBOOK.exec(text)
    if (book) return part(include(book[2]!), book[3])
    if (fenced) return [{ text, line: i + 1 }]
    const [, name, path] = IMPORTED.exec(text) ?? []
    if (name !== undefined) {
      imported.set(name, path!)
      return lines([''])
    }
    const component = imported.get(COMPONENT.exec(text)?.[1] ?? '')
    const whole = component ?? (VITEPRESS.exec(text) ?? SNIPPET.exec(text) ?? QUARTO.exec(text))?.[1]
    if (whole !== undefined) return include(whole)
    const code = VITEPRESS_CODE.exec(text)
    if (code) return [...lines(['```']), ...include(code[1]!), ...lines(['```'])]
    return [{ text, line: i + 1 }]
  })
}

/** The lines of mdBook's range: `2:10`, or those between the comments `ANCHOR: name` and `ANCHOR_END: name`. */
function part(lines: IncludedLine[], range: string | undefined): IncludedLine[] {
  const named = range !== undefined && /^[A-Za-z_-][\w-]*$/.test(range) ? range : undefined
  const from = named ? lines.findIndex(({ text }) => new RegExp(`ANCHOR: *${named}\\b`).test(text)) + 1 : 0
  const to = named ? lines.findIndex(({ text }) => new RegExp(`ANCHOR_END: *${named}\\b`).test(text)) : -1
  const [first, last] = named || range === undefined ? [] : range.split(':').map(Number)
  const kept = named
    ? lines.slice(from, to < 0 ? undefined : to)
    : lines.slice(first ? first - 1 : 0, last || (range?.includes(':') === false ? first : undefined))
  return kept.filter(({ text }) => !/ANCHOR(?:_END)?:/.test(text))
}
