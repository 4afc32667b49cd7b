import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { isSelfLink } from './anchors.js'
import { attribute } from './dom.js'
import { isNeverText, isOmitted, type Visibility } from './elementVisibility.js'

/** The text on one line, without a heading's link to itself and without elements that the index omits. */
export function inlineOf(nodes: readonly Tree.Node[], visibility: Visibility): string {
  const text = (child: Tree.Node): string => {
    if ('value' in child) return child.value
    if (!('childNodes' in child)) return ''
    if ('tagName' in child) {
      if (isNeverText(child) || attribute(child, 'aria-hidden') === 'true' || isOmitted(child, visibility)) return ''
      if (child.tagName === 'img') return attribute(child, 'alt') ?? ''
      if (child.tagName === 'br') return ' '
      if (child.tagName === 'a' && attribute(child, 'href')?.includes('#') && isSelfLink(child)) return ''
    }
    return child.childNodes.map(text).join('')
  }
  return collapse(nodes.map(text).join(''))
}

/** A text on one line, without invisible characters. */
export function collapse(text: string): string {
  return text
    .replace(/[\u00AD\u200B\u2060]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
}
