import type { PlotOptions } from '@observablehq/plot'

/**
 * A figure by Observable Plot, which is loaded when the first one is drawn. Plot writes a style element into each, which a strict policy refuses;
 * taken out before it is in the page, it is never read, and `styles/plots.css` stands in for it.
 */
export async function draw(
  options: (plot: typeof import('@observablehq/plot')) => PlotOptions,
): Promise<SVGSVGElement> {
  const plot = await import('@observablehq/plot')
  const figure = plot.plot({ className: 'plot', ...options(plot) }) as SVGSVGElement
  for (const style of figure.querySelectorAll('style')) style.remove()
  // The figure as a whole has a name; ARIA allows none on groups without a role.
  for (const group of figure.querySelectorAll('g[aria-label]')) group.removeAttribute('aria-label')
  return figure
}
