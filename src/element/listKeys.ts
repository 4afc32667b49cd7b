import type { SearchBox } from './searchBox.js'

/**
 * Handles Enter and the arrow keys. The arrow keys move through the list while the focus stays in the input.
 * @param root contains the list's rows
 * @returns whether the list used the key
 */
export function handleListKey(event: KeyboardEvent, box: SearchBox, root: ParentNode, rtl: boolean): boolean {
  const { key, altKey, shiftKey, ctrlKey, metaKey } = event
  const from = event.target as Element
  // Filters and buttons handle arrows and Enter themselves.
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
      return plain && box.stepAcross((key === 'ArrowRight') === rtl ? -1 : 1)
    case 'Enter':
      return from.matches('input') && activate(box, root, { shiftKey, ctrlKey, metaKey })
    default:
      return false
  }
}

/**
 * Clicks the link or button of the active cell, or of the first row if no cell is active. Passes modifier keys on, so
 * that the browser can open a tab.
 */
function activate(box: SearchBox, root: ParentNode, keys: MouseEventInit): boolean {
  const { id } = box.active
  const first = box.query === '' ? undefined : box.items[0]
  const cell = id ?? (first && `${first.id}-0`)
  const target = cell && root.querySelector(`[id="${cell}"] :is(a, button)`)
  if (!target) return false
  target.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true, ...keys }))
  return true
}
