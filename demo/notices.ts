import { byId, element } from './element.js'

export interface Notice {
  text: string
  action?: { label: string; act: () => void }
}

/** Shows one notice a name above the page's lower edge, where nothing has to move for it; `undefined` takes it away. It can be put aside. */
export function notify(name: string, notice: Notice | undefined): void {
  const place = byId('notices', HTMLElement)
  const former = place.querySelector<HTMLElement>(`[data-notice="${name}"]`)
  if (!notice) {
    former?.remove()
    return
  }
  if (former?.dataset.text === notice.text) return
  const close = element('button', 'notice-close', '×')
  close.type = 'button'
  close.ariaLabel = 'Put aside'
  const card = element('div', 'notice', element('p', 'notice-text', notice.text))
  const { action } = notice
  if (action) {
    const button = element('button', 'button', action.label)
    button.type = 'button'
    button.addEventListener('click', action.act)
    card.append(button)
  }
  card.append(close)
  card.dataset.notice = name
  card.dataset.text = notice.text
  close.addEventListener('click', () => {
    // Stays, so that the same news is not told again.
    card.hidden = true
  })
  if (former) former.replaceWith(card)
  else place.append(card)
}
