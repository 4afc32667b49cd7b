/**
 * Tells an element's style how high the part of the window is that a keyboard on the screen leaves, as `--_visible-height`: browsers lay such a
 * keyboard over the page, and the end of a list would lie below it. Set from a script, which policies that forbid inline styles allow.
 */
export function watchVisibleHeight(element: HTMLElement, signal: AbortSignal): void {
  const { visualViewport } = window
  if (!visualViewport) return
  const tell = () => {
    // Who zooms in with two fingers sees less of the page, not a smaller one.
    if (visualViewport.scale === 1) element.style.setProperty('--_visible-height', `${visualViewport.height}px`)
  }
  tell()
  visualViewport.addEventListener('resize', tell, { signal })
}
