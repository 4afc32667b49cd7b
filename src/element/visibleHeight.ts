/**
 * Sets an element's `--_visible-height` to the part of the window above an on-screen keyboard. Browsers lay such a
 * keyboard over the page, where it would cover the end of a list. Policies that forbid inline styles allow scripts to
 * set the property.
 */
export function watchVisibleHeight(element: HTMLElement, signal: AbortSignal): void {
  const { visualViewport } = window
  if (!visualViewport) return
  const update = () => {
    // Zooming in with two fingers shows less of the page but does not shrink the window.
    if (visualViewport.scale === 1) element.style.setProperty('--_visible-height', `${visualViewport.height}px`)
  }
  update()
  visualViewport.addEventListener('resize', update, { signal })
}
