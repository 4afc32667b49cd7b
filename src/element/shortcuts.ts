/**
 * Whether a person pressed this key for the page. Keys of an input method are for the input method. In Safari, the
 * Enter that ends a composition comes after its end, with the key code 229. Autofill sends a keydown without a key.
 */
export function isOwnKey(event: KeyboardEvent): boolean {
  return typeof event.key === 'string' && !event.isComposing && event.keyCode !== 229
}

/** Whether a key pressed on the page opens the search: Ctrl or ⌘ with K anywhere, `/` outside of text fields. */
export function asksForSearch(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || !isOwnKey(event)) return false
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event
  if (key.toLowerCase() === 'k' && ctrlKey !== metaKey && !altKey && !shiftKey) return true
  return key === '/' && !ctrlKey && !metaKey && !altKey && !takesText(event)
}

function takesText(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select, [role=textbox], [role=combobox]')
}

/** Whether the keyboard has ⌘ in place of Ctrl. */
export const shortcutLabel = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? '⌘ K' : 'Ctrl K')
