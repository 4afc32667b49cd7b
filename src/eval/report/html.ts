/** Markup that is safe to put into a page. */
export class Html {
  constructor(readonly markup: string) {}
  toString(): string {
    return this.markup
  }
}

type Piece = string | number | Html | readonly Html[]

/** Template tag: inserted values are escaped unless they are markup themselves. */
export function html(parts: TemplateStringsArray, ...holes: Piece[]): Html {
  return new Html(parts.reduce((markup, part, i) => markup + render(holes[i - 1]!) + part))
}

function render(piece: Piece): string {
  if (piece instanceof Html) return piece.markup
  if (typeof piece === 'object') return piece.map(({ markup }) => markup).join('')
  return String(piece)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
