import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { isChrome } from './chrome.js'
import { attribute } from './dom.js'

const NEVER_TEXT = new Set(
  'script style template noscript iframe object embed svg canvas audio video nav footer form input select textarea button dialog menu head datalist'.split(
    ' ',
  ),
)
/** Elements left out unless they are in the main content. */
const AROUND_MAIN = new Set(['header', 'aside'])
const LEFT_OUT_ROLES = new Set([
  'navigation',
  'banner',
  'contentinfo',
  'search',
  'dialog',
  'menu',
  'toolbar',
  'tablist',
])

/** What decides which elements of a page are left out. */
export interface Visibility {
  /** Whether the page marks its main content, and this is it. */
  inMain: boolean
  /** Elements that are left out beside those that never hold text. */
  isIgnored?: (node: Tree.Element) => boolean
}

/** Whether an element never holds text of the page: scripts, controls, navigation. */
export function isNeverText({ tagName }: Tree.Element): boolean {
  return NEVER_TEXT.has(tagName)
}

export function isHidden(node: Tree.Element): boolean {
  if (attribute(node, 'hidden') !== undefined || attribute(node, 'aria-hidden') === 'true') return true
  return /(?:^|;)\s*display\s*:\s*none\b/i.test(attribute(node, 'style') ?? '')
}

export function isLeftOut(node: Tree.Element, visibility: Visibility): boolean {
  if (isNeverText(node) || (!visibility.inMain && AROUND_MAIN.has(node.tagName))) return true
  if (isHidden(node) || isOmitted(node, visibility)) return true
  return LEFT_OUT_ROLES.has(attribute(node, 'role') ?? '')
}

/** Whether an element is furniture or ignored. */
export function isOmitted(node: Tree.Element, { inMain, isIgnored }: Visibility): boolean {
  return isChrome(node, inMain) || (isIgnored?.(node) ?? false)
}
