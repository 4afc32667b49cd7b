import { RerankError } from '../src/api/errors.js'
import { createElement } from './dom.js'

export interface Remedy {
  label: string
  act: () => void
}

/** Describes an error and its remedy in plain words. */
function describeFailure(error: unknown): { message: string; remedy: string } {
  if (error instanceof RerankError) return { message: error.message, remedy: error.remedy }
  const message = error instanceof Error ? error.message : String(error)
  return { message, remedy: 'Reload the page; if it happens again, try another device or browser.' }
}

/** A newer query, or none, ended the ranking. */
export function isCancellation(error: unknown): boolean {
  if (error instanceof RerankError) return error.code === 'superseded' || error.code === 'disposed'
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Shows a failure in `place`, with a button for each remedy. */
export function showFailure(place: HTMLElement, headline: string, error: unknown, remedies: Remedy[]): void {
  const { message, remedy } = describeFailure(error)
  const buttons = remedies.map(({ label, act }) => {
    const button = createElement('button', 'button', label)
    button.type = 'button'
    button.addEventListener('click', act)
    return button
  })
  const notice = createElement(
    'div',
    'failure',
    createElement('p', 'failure-title', headline),
    createElement('p', 'failure-text', message),
    createElement('p', 'failure-text', remedy),
    createElement('div', 'failure-actions', ...buttons),
  )
  notice.setAttribute('role', 'alert')
  place.replaceChildren(notice)
}
