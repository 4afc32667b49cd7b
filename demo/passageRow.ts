import type { RankedPassage } from '../src/api/ranking.js'
import { element, hidden } from './element.js'
import { formatScore } from './format.js'
import type { Row } from './list.js'

/** The lowest and the highest score that a view gave in the list. Views differ in their level: only within one do scores compare. */
export interface ViewRange {
  low: number
  high: number
}

/** A pasted passage with its score and a bar for each view. */
export interface PassageRow extends Row {
  /** @param ends of each view's bar; none: the passage is not read yet */
  score(result?: RankedPassage, ends?: readonly ViewRange[]): void
}

export function createPassageRow(text: string): PassageRow {
  const number = element('span', 'row-number')
  const score = element('span', 'row-score')
  const views = element('div', 'views')
  const node = element(
    'li',
    'row row-own',
    element('div', 'row-place', number),
    element('div', 'row-body', element('p', 'row-passage', text)),
    element('div', 'row-scores', score, views),
  )
  number.setAttribute('aria-hidden', 'true')
  return {
    node,
    place(place, scored) {
      number.textContent = String(place + 1)
      node.classList.toggle('is-scored', scored)
    },
    score(result, ends = []) {
      score.replaceChildren(...(result ? [hidden('Score '), formatScore(result.score)] : [hidden('Not read yet')]))
      const scores = result?.views ?? []
      while (views.childElementCount < scores.length) views.append(createViewBar(views.childElementCount + 1))
      scores.forEach((value, k) => {
        const bar = views.children[k] as HTMLElement
        const label = `View ${k + 1}: ${formatScore(value)}`
        bar.title = label
        bar.querySelector('.visually-hidden')!.textContent = `, ${label}`
        const { low, high } = ends[k]!
        bar.style.setProperty('--share', String(high > low ? (value - low) / (high - low) : 1))
      })
      views.classList.toggle('is-empty', scores.length === 0)
    },
  }
}

function createViewBar(view: number): HTMLElement {
  const bar = element('div', 'view', hidden(`View ${view}`))
  bar.append(element('span', 'view-fill'))
  return bar
}
