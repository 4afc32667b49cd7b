import type { DefaultTreeAdapterTypes as Tree } from 'parse5'

export function attribute(node: Tree.Element, name: string): string | undefined {
  return node.attrs.find(attr => attr.name === name)?.value
}

/** All text of a node, even that of scripts and hidden elements. */
export function allText(node: Tree.Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(allText).join('') : ''
}

/** The first wanted element, in the order of the page. */
export function find(node: Tree.Node, wanted: (node: Tree.Element) => boolean): Tree.Element | undefined {
  if ('tagName' in node && wanted(node)) return node
  if (!('childNodes' in node)) return undefined
  for (const child of node.childNodes) {
    const found = find(child, wanted)
    if (found) return found
  }
  return undefined
}

/** All wanted elements, without those inside of others. */
export function outermost(node: Tree.Node, wanted: (node: Tree.Element) => boolean): Tree.Element[] {
  return collect(node, wanted, false, [])
}

/** All wanted elements. */
export function every(node: Tree.Node, wanted: (node: Tree.Element) => boolean): Tree.Element[] {
  return collect(node, wanted, true, [])
}

function collect(
  node: Tree.Node,
  wanted: (node: Tree.Element) => boolean,
  within: boolean,
  found: Tree.Element[],
): Tree.Element[] {
  const isWanted = 'tagName' in node && wanted(node)
  if (isWanted) found.push(node)
  if ('childNodes' in node && (within || !isWanted)) {
    for (const child of node.childNodes) collect(child, wanted, within, found)
  }
  return found
}

export function holds(node: Tree.Node, wanted: (node: Tree.Element) => boolean): boolean {
  return 'childNodes' in node && node.childNodes.some(child => find(child, wanted) !== undefined)
}
