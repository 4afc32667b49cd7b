import { RerankError } from '../src/api/errors.js'
import { element } from './element.js'

export interface Remedy {
  label: string
  act: () => void
}

/** What went wrong, in plain words, and what to do about it. */
function describeFailure(error: unknown): { message: string; remedy: string } {
  if (error instanceof RerankError) return { message: error.message, remedy: error.remedy }
  const message = error instanceof Error ? error.message : String(error)
  return { message, remedy: 'Reload the page; if it happens again, try another device or browser.' }
}

/** Ends of a run that were wanted: a newer query, or none. */
export function isWanted(error: unknown): boolean {
  if (error instanceof RerankError) return error.code === 'superseded' || error.code === 'disposed'
  return error instanceof DOMException && error.name === 'AbortError'
}

/** Shows a failure in `place`, with buttons for what might help, and leaves everything else on the page as it is. */
export function showFailure(place: HTMLElement, headline: string, error: unknown, remedies: Remedy[]): void {
  const { message, remedy } = describeFailure(error)
  const buttons = remedies.map(({ label, act }) => {
    const button = element('button', 'button', label)
    button.type = 'button'
    button.addEventListener('click', act)
    return button
  })
  const notice = element(
    'div',
    'failure',
    element('p', 'failure-title', headline),
    element('p', 'failure-text', message),
    element('p', 'failure-text', remedy),
    element('div', 'failure-actions', ...buttons),
  )
  notice.setAttribute('role', 'alert')
  place.replaceChildren(notice)
}
