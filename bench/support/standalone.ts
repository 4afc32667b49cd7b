/** A plot as text that is a picture by itself, in a file or in a page that plots are part of. */
export function standalone(figure: Element, title: string): string {
  const svg = 'http://www.w3.org/2000/svg'
  figure.setAttribute('xmlns', svg)
  // It would style the page's other plots as well.
  figure.querySelector('style')?.remove()
  const named = document.createElementNS(svg, 'title')
  named.textContent = title
  figure.prepend(named)
  return figure.outerHTML
}
