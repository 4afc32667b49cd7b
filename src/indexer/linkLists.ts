import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { attribute } from './dom.js'

/** What stands between links. */
const SEPARATORS = /^[\s|·•›»/,&–—-]*$/

/** Whether a list is a table of contents: only links to parts of the page. */
export function isTableOfContents(list: Tree.Element): boolean {
  return isListOfLinks(list, href => href.startsWith('#'))
}

/** Whether a list holds nothing but links that are wanted. */
export function isListOfLinks(list: Tree.Element, wanted: (href: string) => boolean): boolean {
  let links = 0
  const onlyLinks = (node: Tree.Node): boolean => {
    if ('value' in node) return SEPARATORS.test(node.value)
    if ('tagName' in node && node.tagName === 'a') {
      links++
      return wanted(attribute(node, 'href') ?? '')
    }
    return !('childNodes' in node) || node.childNodes.every(onlyLinks)
  }
  return list.childNodes.every(onlyLinks) && links > 0
}
