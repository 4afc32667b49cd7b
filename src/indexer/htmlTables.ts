import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { attribute, every, holds } from './dom.js'
import { isLeftOut, type Visibility } from './elementVisibility.js'
import { inlineOf } from './inlineText.js'
import type { Block } from './page.js'

/** Doxygen: a function with its parameters, a table in form alone. */
export function isSignature(table: Tree.Element): boolean {
  return attribute(table, 'class') === 'memname'
}

/** Whether a table only lays out what stands in it: headings, other tables, or a picture beside a text. */
export function isLayout(table: Tree.Element): boolean {
  if (/^(?:presentation|none)$/.test(attribute(table, 'role') ?? '')) return true
  if (holds(table, ({ tagName }) => /^h[1-6]$|^table$/.test(tagName))) return true
  const rows = every(table, ({ tagName }) => tagName === 'tr')
  const cells = every(table, ({ tagName }) => tagName === 'td' || tagName === 'th')
  const blocks = cells.filter(cell => holds(cell, ({ tagName }) => /^(?:p|div|pre|[uod]l)$/.test(tagName)))
  return rows.length === 1 && cells.length <= 2 && blocks.length > 0
}

/** The rows of a table as lines, with its first one if that names the columns. */
export function tableBlock(table: Tree.Element, visibility: Visibility): Block {
  const rows: string[] = []
  let header: string | undefined
  const walk = (node: Tree.Node): void => {
    if (!('childNodes' in node)) return
    if ('tagName' in node && isLeftOut(node, visibility)) return
    if (!('tagName' in node) || node.tagName !== 'tr') {
      node.childNodes.forEach(walk)
      return
    }
    const cells = node.childNodes.filter(cell => 'tagName' in cell)
    const row = cells.map(cell => inlineOf(cell.childNodes, visibility)).join(' | ')
    if (row.replaceAll('|', '').trim() === '') return
    if (rows.length === 0 && cells.every(cell => cell.tagName === 'th')) header = row
    rows.push(row)
  }
  walk(table)
  return { lines: rows, ...(header === undefined ? {} : { header }), kind: 'table' }
}
