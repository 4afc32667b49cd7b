import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { isLineNumber, namesOf } from './chrome.js'
import { attribute, outermost } from './dom.js'

const NO_CODE = /^(?:script|style|template|noscript|button|svg|select|textarea)$/
const LINE = /^(?:div|p|li|tr)$/

/**
 * The lines of an element that shows code, without their numbers. Highlighters wrap each line in an element, with or
 * without a line break.
 */
export function codeLines(node: Tree.Element): string[] {
  // Joined once, since looking at the end of a growing string copies it each time.
  const pieces: string[] = []
  const add = (text: string) => {
    if (text !== '') pieces.push(text)
  }
  const endLine = () => {
    if (!pieces.at(-1)?.endsWith('\n')) pieces.push('\n')
  }
  const walk = (node: Tree.Node): void => {
    if ('value' in node) {
      add(node.value)
      return
    }
    if (!('childNodes' in node)) return
    if ('tagName' in node) {
      if (NO_CODE.test(node.tagName) || attribute(node, 'aria-hidden') === 'true' || isLineNumber(node)) return
      if (node.tagName === 'br') {
        add('\n')
        return
      }
      if (LINE.test(node.tagName) && pieces.length > 0) endLine()
    }
    const before = pieces.length
    for (const child of node.childNodes) walk(child)
    const isLine = 'tagName' in node && LINE.test(node.tagName)
    if (isLine && pieces.length === before) add('\n')
    else if (isLine) endLine()
  }
  for (const child of node.childNodes) walk(child)
  return lines(pieces.join(''))
}

/** Doxygen writes code as one `<div class="line">` a line, without `<pre>`. */
export function isCodeOfLines(node: Tree.Element): boolean {
  return node.tagName === 'div' && namesOf(node).includes('fragment')
}

/** The code of a table that shows it beside line numbers, or one line per row. */
export function listingOf(table: Tree.Element): string[] | undefined {
  const codes = outermost(table, ({ tagName }) => tagName === 'pre').map(codeLines)
  const listings = codes.filter(code => !code.every(line => /^\s*\d*\s*$/.test(line)))
  if (codes.length === listings.length + 1 && listings.length === 1) return listings[0]!
  const rows = outermost(table, ({ tagName }) => tagName === 'tr')
  const numbered = rows.filter(row => row.childNodes.some(cell => 'tagName' in cell && isLineNumber(cell)))
  return rows.length > 0 && numbered.length === rows.length ? codeLines(table) : undefined
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
