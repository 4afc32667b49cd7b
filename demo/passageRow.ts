import type { RankedPassage } from '../src/index.js'
import { createElement, visuallyHidden } from './dom.js'
import { formatScore } from './format.js'
import type { Row } from './rowList.js'

/**
 * The lowest and the highest score of a view in the list, or in a stage of it. Views differ in their level, so scores
 * are comparable only within one view.
 */
export interface ViewRange {
  low: number
  high: number
}

/** An entered passage with its score and a bar for each view. */
export interface PassageRow extends Row {
  /**
   * @param result undefined: the model has not read the passage yet
   * @param ranges the range of each view
   */
  setScores(result?: RankedPassage, ranges?: readonly ViewRange[]): void
}

export function createPassageRow(text: string): PassageRow {
  const number = createElement('span', 'row-number')
  const score = createElement('span', 'row-score')
  const views = createElement('div', 'views')
  const node = createElement(
    'li',
    'row row-own',
    createElement('div', 'row-place', number),
    createElement('div', 'row-body', createElement('p', 'row-passage', text)),
    createElement('div', 'row-scores', score, views),
  )
  number.setAttribute('aria-hidden', 'true')
  return {
    node,
    setPlace(place, scored) {
      number.textContent = String(place + 1)
      node.classList.toggle('is-scored', scored)
    },
    setScores(result, ranges = []) {
      score.replaceChildren(
        ...(result ? [visuallyHidden('Score '), formatScore(result.score)] : [visuallyHidden('Not read yet')]),
      )
      const scores = result?.views ?? []
      while (views.childElementCount < scores.length) views.append(createViewBar(views.childElementCount + 1))
      scores.forEach((value, k) => {
        const bar = views.children[k] as HTMLElement
        const label = `View ${k + 1}: ${formatScore(value)}`
        bar.title = label
        bar.querySelector('.visually-hidden')!.textContent = `, ${label}`
        const { low, high } = ranges[k]!
        bar.style.setProperty('--share', String(high > low ? (value - low) / (high - low) : 1))
      })
      views.classList.toggle('is-empty', scores.length === 0)
    },
  }
}

function createViewBar(view: number): HTMLElement {
  const bar = createElement('div', 'view', visuallyHidden(`View ${view}`))
  bar.append(createElement('span', 'view-fill'))
  return bar
}
