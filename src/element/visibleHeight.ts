/**
 * Sets an element's `--_visible-height` to the height that an on-screen keyboard leaves of the window. Browsers lay
 * such a keyboard over the page, where it would cover the end of a list. Policies that forbid inline styles allow a
 * script to set the property.
 */
export function watchVisibleHeight(element: HTMLElement, signal: AbortSignal): void {
  const { visualViewport } = window
  if (!visualViewport) return
  const update = () => {
    // Zooming in with two fingers shows less of the page; the window is not smaller.
    if (visualViewport.scale === 1) element.style.setProperty('--_visible-height', `${visualViewport.height}px`)
  }
  update()
  visualViewport.addEventListener('resize', update, { signal })
}
