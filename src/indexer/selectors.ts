import { compile, type Options } from 'css-select'
import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { RerankError } from '../api/errors.js'
import { allText, attribute } from './dom.js'

export type Matches = (node: Tree.Element) => boolean

const isElement = (node: Tree.Node): node is Tree.Element => 'tagName' in node
const childrenOf = (node: Tree.Node): Tree.Node[] => ('childNodes' in node ? node.childNodes : [])
const parentOf = (node: Tree.Node): Tree.Node | null => ('parentNode' in node ? node.parentNode : null)

const adapter: NonNullable<Options<Tree.Node, Tree.Element>['adapter']> = {
  isTag: isElement,
  getAttributeValue: attribute,
  hasAttrib: (node, name) => attribute(node, name) !== undefined,
  getChildren: childrenOf,
  getName: node => node.tagName,
  getParent: parentOf,
  getSiblings: node => {
    const parent = parentOf(node)
    return parent ? childrenOf(parent) : [node]
  },
  getText: allText,
  removeSubsets: nodes => nodes,
}

/**
 * Compiles a CSS selector, or several with commas between them.
 * @throws RerankError `bad-option`
 */
export function compileSelector(selector: string): Matches {
  try {
    return compile<Tree.Node, Tree.Element>(selector, { adapter })
  } catch (cause) {
    throw new RerankError('bad-option', `${JSON.stringify(selector)} is no CSS selector.`, { cause })
  }
}
