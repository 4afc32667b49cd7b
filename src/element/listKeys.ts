import type { SearchBox } from './searchBox.js'

/**
 * Keys that move through the list while the focus stays in the input, and Enter.
 * @param root where the list's rows are
 * @returns whether the key was the list's
 */
export function listKey(event: KeyboardEvent, box: SearchBox, root: ParentNode, rtl: boolean): boolean {
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event
  const from = event.target as Element
  // Filters and buttons have arrows and Enter of their own.
  if (!from.matches('input') && !from.closest('.list')) return false
  const plain = !altKey && !ctrlKey && !metaKey && !shiftKey
  switch (key) {
    case 'ArrowDown':
    case 'ArrowUp':
      if (!plain || box.items.length === 0) return false
      box.step(key === 'ArrowDown' ? 1 : -1)
      return true
    case 'ArrowRight':
    case 'ArrowLeft':
      return plain && box.across((key === 'ArrowRight') === rtl ? -1 : 1)
    case 'Enter':
      return from.matches('input') && choose(box, root, { shiftKey, ctrlKey, metaKey })
    default:
      return false
  }
}

/** Acts on the active cell; without one, on the first result. A click with the same keys held opens a tab of its own where the browser does so. */
function choose(box: SearchBox, root: ParentNode, keys: MouseEventInit): boolean {
  const { id } = box.active
  const first = box.query === '' ? undefined : box.items[0]
  const cell = id ?? (first && `${first.id}-0`)
  const target = cell && root.querySelector(`[id="${cell}"] :is(a, button)`)
  if (!target) return false
  target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true, ...keys }))
  return true
}
