import { glide } from '../src/element/glide.js'

/** One row of a list that is reordered. */
export interface Row {
  node: HTMLLIElement
  /** @param place from 0 @param scored false while the passage waits to be read */
  setPlace(place: number, scored: boolean): void
}

/**
 * Brings the children of a list into an order. The row that holds the focus stays in the document, which keeps the
 * focus; the others move around it.
 */
function reorderChildren(list: HTMLElement, order: readonly HTMLElement[]): void {
  const wanted = new Set<Element>(order)
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove()
  const fixed = order.findIndex(node => node.parentElement === list && node.contains(document.activeElement))
  const pivot = order[fixed]
  if (pivot === undefined) {
    order.forEach((node, i) => {
      if (list.children[i] !== node) list.insertBefore(node, list.children[i] ?? null)
    })
    return
  }
  for (const node of order.slice(0, fixed)) list.insertBefore(node, pivot)
  list.append(...order.slice(fixed + 1))
}

/**
 * Shows rows in an order.
 * @param scored number of rows that have a score, from the top
 * @param moving whether rows that were shown before glide to their places
 */
export function showRows(list: HTMLElement, order: readonly Row[], scored: number, moving: boolean): void {
  const reorder = () => {
    reorderChildren(
      list,
      order.map(row => row.node),
    )
    order.forEach((row, place) => {
      row.setPlace(place, place < scored)
    })
  }
  if (moving) {
    glide(
      order.map(row => row.node),
      reorder,
    )
  } else reorder()
}
