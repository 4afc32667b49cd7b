import { glide } from '../src/element/glide.js'

/** Anything that fills one row of a list and can be told its new place. */
export interface Row {
  node: HTMLLIElement
  /** @param place from 0 @param scored false while the passage waits to be read */
  place(place: number, scored: boolean): void
}

/**
 * Brings the children of a list into an order. The row that holds the focus is never taken out of the document, since that would lose the
 * focus: the others move around it.
 */
export function arrange(list: HTMLElement, order: readonly HTMLElement[]): void {
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

/** Shows rows in an order; rows that were there before glide to their places. */
export function showRows(list: HTMLElement, order: readonly Row[], scored: number, moving: boolean): void {
  const reorder = () => {
    arrange(
      list,
      order.map(row => row.node),
    )
    order.forEach((row, place) => {
      row.place(place, place < scored)
    })
  }
  if (moving) {
    glide(
      order.map(row => row.node),
      reorder,
    )
  } else reorder()
}
