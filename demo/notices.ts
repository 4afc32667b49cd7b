import { byId, createElement } from './dom.js'

export interface Notice {
  text: string
  action?: { label: string; act: () => void }
}

/**
 * Shows a notice above the page's lower edge, where no content moves for it. The visitor can close it.
 * @param name there is one notice of each name
 * @param notice undefined: removes the notice
 */
export function notify(name: string, notice: Notice | undefined): void {
  const place = byId('notices', HTMLElement)
  const former = place.querySelector<HTMLElement>(`[data-notice="${name}"]`)
  if (!notice) {
    former?.remove()
    return
  }
  if (former?.dataset.text === notice.text) return
  const close = createElement('button', 'notice-close', '×')
  close.type = 'button'
  close.ariaLabel = 'Put aside'
  const card = createElement('div', 'notice', createElement('p', 'notice-text', notice.text))
  const { action } = notice
  if (action) {
    const button = createElement('button', 'button', action.label)
    button.type = 'button'
    button.addEventListener('click', action.act)
    card.append(button)
  }
  card.append(close)
  card.dataset.notice = name
  card.dataset.text = notice.text
  close.addEventListener('click', () => {
    // The card stays in the document, so that the same notice is not shown again.
    card.hidden = true
  })
  if (former) former.replaceWith(card)
  else place.append(card)
}
