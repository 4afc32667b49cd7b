/** Whether a key pressed on the page opens the search: Ctrl or ⌘ with K anywhere, `/` outside of text fields. */
export function asksForSearch(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing) return false
  const { key, ctrlKey, metaKey, altKey, shiftKey } = event
  if (key.toLowerCase() === 'k' && ctrlKey !== metaKey && !altKey && !shiftKey) return true
  return key === '/' && !ctrlKey && !metaKey && !altKey && !takesText(event)
}

function takesText(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0]
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select, [role=textbox], [role=combobox]')
}

/** Apple's keyboards have ⌘ where others have Ctrl. */
export const shortcutLabel = (): string => (/Mac|iPhone|iPad/.test(navigator.platform) ? '⌘ K' : 'Ctrl K')
