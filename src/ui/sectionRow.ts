import type { Hit } from '../search/lexicalIndex.js'
import { snippet } from '../search/snippet.js'
import { markTerms } from '../search/terms.js'
import { element, hidden } from './element.js'
import type { Row } from './list.js'

/** One section among the results: its place, how far the ranking moved it, its heading, where it stands, and its most telling lines. */
export function createSectionRow({ section, terms }: Hit, lexicalPlace: number): Row {
  const wanted = new Set(terms)
  const number = element('span', 'row-number')
  const move = element('span', 'row-move')
  const moveWords = hidden('')
  const heading = section.path.at(-1)!
  const link = element('a', '', ...marked(heading, wanted))
  link.href = section.url
  link.target = '_blank'
  link.rel = 'noopener noreferrer'
  link.title = heading
  const where = [section.page.package.name, ...section.path.slice(0, -1)].join(' › ')
  const node = element(
    'li',
    'row',
    element('div', 'row-place', number, move, moveWords),
    element(
      'div',
      'row-body',
      element('h3', 'row-title', link),
      element('p', 'row-path', where),
      element('p', 'row-text', ...marked(snippet(section.text, wanted), wanted)),
    ),
  )
  number.setAttribute('aria-hidden', 'true')
  move.setAttribute('aria-hidden', 'true')
  return {
    node,
    place(place, scored) {
      number.textContent = String(place + 1)
      node.classList.toggle('is-scored', scored)
      const up = lexicalPlace - place
      move.textContent = !scored ? '' : up > 0 ? `▲ ${up}` : up < 0 ? `▼ ${-up}` : '='
      move.title = `Place by words: ${lexicalPlace + 1}`
      move.classList.toggle('is-up', scored && up > 0)
      moveWords.textContent = scored ? `Place by words: ${lexicalPlace + 1}. ` : 'Not read yet. '
    },
  }
}

function marked(text: string, terms: ReadonlySet<string>): (Node | string)[] {
  return markTerms(text, terms).map(piece => (piece.marked ? element('mark', '', piece.text) : piece.text))
}
