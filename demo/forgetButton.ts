import { MvpSearch } from '../src/element/index.js'
import { byId } from './dom.js'

/** The footer's button that removes what the page keeps of what was typed: recent searches, query and passages. */
export function createForgetButton(): void {
  const done = byId('forget-done', HTMLElement)
  byId('forget', HTMLButtonElement).addEventListener('click', () => {
    const box = byId('search-box', MvpSearch)
    box.clearRecent()
    box.query = ''
    // Lets the page of the search follow: the box has no event for a query that a script empties.
    box.dispatchEvent(new Event('input'))
    byId('own-form', HTMLFormElement).reset()
    done.textContent = 'Cleared. The browser’s own history stays as it is.'
  })
}
