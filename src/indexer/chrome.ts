import type { DefaultTreeAdapterTypes as Tree } from 'parse5'
import { allText, attribute } from './dom.js'

/** Classes and ids of the furniture that generators put around a text, even within the main content. */
const ANYWHERE = new Set(
  `navheader navfooter breadcrumb breadcrumbs toc table-of-contents tableofcontents pagination pager pagination-nav skip-link skiplink skip-nav skipnav
  edit-page-link edit-link theme-edit-this-page theme-last-updated theme-doc-version-badge prev-next navpath nav-path bottomnav topnav subnav sub-nav hideme
  rightside out-of-band test-arrow copy-button copybtn sr-only-focusable vp-doc-footer nextra-breadcrumb nextra-toc nextra-pagination back-to-top article-nav post-nav
  post-navigation paginav share-buttons`.split(/\s+/),
)
/** The same for pages that do not mark their main content. */
const OUTSIDE_MAIN = new Set(
  `sidebar side-bar sidenav side-nav nav navbar nav-bar navigation menu site-nav site-header site-footer footer page-footer masthead cookie-banner cookies
  search-box searchbox search-form related-links social top doc-sidebar`.split(/\s+/),
)
/** Names that mean furniture on one kind of element only. */
const OF_ELEMENTS = new Set(['a.src', 'table.head', 'table.foot', 'span.lang', 'a.viewcode-link', 'a.source'])

/** Whether an element's name marks it as furniture. An element that holds the title or the main content is none. */
export function isChrome(node: Tree.Element, inMain: boolean): boolean {
  const names = namesOf(node)
  const named = names.some(
    name => ANYWHERE.has(name) || OF_ELEMENTS.has(`${node.tagName}.${name}`) || (!inMain && OUTSIDE_MAIN.has(name)),
  )
  return named && node.tagName !== 'body' && !holdsContent(node)
}

const LINE_NUMBERS =
  /^(?:lineno|linenos|linenumber|line-?numbers?(?:-rows|-wrapper)?|ln|lnt|gutter|hljs-ln-numbers|react-code-line-number|gl|l-num)$/

/** Whether an element holds only the number of a line of code. */
export function isLineNumber(node: Tree.Element): boolean {
  return namesOf(node).some(name => LINE_NUMBERS.test(name)) && /^[\s\d]*$/.test(allText(node))
}

export function namesOf(node: Tree.Element): string[] {
  const id = attribute(node, 'id')
  const names = (attribute(node, 'class') ?? '').toLowerCase().split(/\s+/)
  return (id === undefined ? names : [...names, id.toLowerCase()]).filter(name => name !== '')
}

function holdsContent(node: Tree.Node): boolean {
  if (!('childNodes' in node)) return false
  return node.childNodes.some(
    child =>
      ('tagName' in child &&
        (child.tagName === 'main' || child.tagName === 'h1' || attribute(child, 'role') === 'main')) ||
      holdsContent(child),
  )
}
