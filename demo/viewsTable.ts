import { createElement, visuallyHidden } from './dom.js'
import { formatScore } from './format.js'
import { agreement, type ViewScores } from './viewScores.js'

export interface ViewsTable {
  show(list: readonly ViewScores[], titleOf: (index: number) => string): void
  choose(place: number | undefined): void
}

/** The numbers of the figure, one row for each passage. A row's button chooses the passage that the figure joins. */
export function createViewsTable(table: HTMLTableElement, onChoose: (place: number) => void): ViewsTable {
  const head = table.createTHead()
  const body = table.createTBody()
  const foot = table.createTFoot()
  body.addEventListener('click', event => {
    const row = (event.target as Element).closest('tr')
    if (row) onChoose(row.sectionRowIndex)
  })
  return {
    show(list, titleOf) {
      const views = list[0]?.scores.length ?? 0
      const names = Array.from({ length: views }, (_, k) => `View ${k + 1}`)
      head.replaceChildren(
        createElement(
          'tr',
          '',
          ...['', 'Passage', ...names, 'Mean'].map(name => columnHead(name === '' ? 'Place' : name, name === '')),
        ),
      )
      const widest = Math.max(1e-9, ...list.flatMap(({ offsets }) => offsets.map(Math.abs)))
      body.replaceChildren(
        ...list.map(row => {
          const button = createElement('button', 'views-choice', titleOf(row.index))
          button.type = 'button'
          button.ariaPressed = 'false'
          const title = createElement('th', '', button)
          title.scope = 'row'
          const cells = row.scores.map((score, k) => scoreCell(score, row.offsets[k]! / widest))
          return createElement(
            'tr',
            '',
            createElement('td', 'views-place', String(row.place + 1)),
            title,
            ...cells,
            createElement('td', 'views-mean', formatScore(row.score)),
          )
        }),
      )
      const agreements = [...names.keys(), 'score' as const].map(by =>
        createElement('td', '', formatScore(agreement(list, by))),
      )
      const label = createElement('th', '', 'Agrees with this order (Kendall’s τ)')
      label.scope = 'row'
      foot.replaceChildren(
        ...(list.length > 0 ? [createElement('tr', '', createElement('td', ''), label, ...agreements)] : []),
      )
    },
    choose(place) {
      for (const row of body.rows) {
        const chosen = row.sectionRowIndex === place
        row.classList.toggle('is-chosen', chosen)
        row.querySelector('button')!.ariaPressed = String(chosen)
      }
    },
  }
}

function columnHead(name: string, unseen: boolean): HTMLTableCellElement {
  const cell = createElement('th', '', unseen ? visuallyHidden(name) : name)
  cell.scope = 'col'
  return cell
}

/** @param share from -1, the lowest score of all views, to 1 */
function scoreCell(score: number, share: number): HTMLTableCellElement {
  const cell = createElement('td', 'views-score', formatScore(score))
  cell.style.setProperty('--share', share.toFixed(3))
  return cell
}
