import type { PlotOptions } from '@observablehq/plot'

/**
 * Draws a figure by Observable Plot, which is loaded for the first one. Plot writes a style element into each figure,
 * which a strict policy refuses: it is removed before the figure enters the page, and `styles/plots.css` replaces it.
 */
export async function draw(
  options: (plot: typeof import('@observablehq/plot')) => PlotOptions,
): Promise<SVGSVGElement> {
  const plot = await import('@observablehq/plot')
  const figure = plot.plot({ className: 'plot', ...options(plot) }) as SVGSVGElement
  for (const style of figure.querySelectorAll('style')) style.remove()
  // The figure has a name; ARIA allows none on groups without a role.
  for (const group of figure.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label')
  return figure
}
