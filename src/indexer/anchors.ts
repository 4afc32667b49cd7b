import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { attribute, every } from './dom.js'
import { textOf } from './textContent.js'

/** Symbols of a heading's link to itself. */
const SELF_LINK = /^(?:[\s\u200B#¶§🔗◆∞]*|permalink.*|(?:direct )?link to (?:this )?.*)$/iu

/** Whether an element shows only the symbol or words of a heading's link to itself. */
export function isSelfLink(node: Tree.Element): boolean {
  return SELF_LINK.test(textOf(node))
}

/** That of an older anchor: `<a name="x">`. */
function nameOf(node: Tree.Element): string | undefined {
  return node.tagName === 'a' ? attribute(node, 'name') : undefined
}

/** The fragment of a heading, from what stands in it. */
export function anchorWithin(node: Tree.Element): string | undefined {
  for (const child of node.childNodes) {
    if (!('tagName' in child)) continue
    const href = attribute(child, 'href')
    // A link to itself covers the heading or shows a sign; others lead elsewhere on the page.
    const isOwn = isSelfLink(child) || textOf(child).trim() === textOf(node).trim()
    if (href?.startsWith('#') && href.length > 1 && isOwn) return decoded(href.slice(1))
    const own = attribute(child, 'id') ?? nameOf(child) ?? anchorWithin(child)
    if (own) return own
  }
  return undefined
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    return fragment
  }
}

/** The fragment of a term of a definition list, where it has one. */
export function termAnchor(term: Tree.Element): string | undefined {
  const own = attribute(term, 'id')
  if (own) return own
  const [inside] = every(term, node => node !== term && Boolean(attribute(node, 'id') ?? nameOf(node)))
  return inside && (attribute(inside, 'id') ?? nameOf(inside))
}
