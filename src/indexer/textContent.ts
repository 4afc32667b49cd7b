import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { attribute } from './dom.js'
import { isNeverText } from './elementVisibility.js'

/** All text in the element, with its white space; without elements that are never text. */
export function textOf(node: Tree.Node): string {
  if ('value' in node) return node.value
  if (!('childNodes' in node)) return ''
  if ('tagName' in node) {
    if (isNeverText(node)) return ''
    if (attribute(node, 'aria-hidden') === 'true') return ''
  }
  // Syntax highlighters that wrap each line of code in an element keep the line breaks.
  return node.childNodes.map(child => ('tagName' in child && child.tagName === 'br' ? '\n' : textOf(child))).join('')
}
