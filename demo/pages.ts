import { addressWith, readField } from './address.js'
import { byId } from './dom.js'

/**
 * Shows the section that the address names, else the first one. The pages of the app are sections of one document, so
 * that the model stays loaded from one to the next. Links to pages have `data-page`.
 * @param onShow called at once and at every change
 */
export function createPages(onShow: (page: string) => void): void {
  const sections = [...document.querySelectorAll<HTMLElement>('main > section')]
  const links = [...document.querySelectorAll<HTMLAnchorElement>('a[data-page]')]
  const siteTitle = document.title
  let shown = ''

  const named = () => sections.find(({ id }) => id === readField('page')) ?? sections[0]!

  const show = (isFirst: boolean) => {
    const section = named()
    // Links keep the other fields of the present address.
    for (const link of links) {
      const page = link.dataset.page!
      link.href = addressWith({ page: page === sections[0]!.id ? '' : page })
      if (page === section.id) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    if (section.id === shown) return
    shown = section.id
    for (const other of sections) other.hidden = other !== section
    const heading = section.querySelector<HTMLElement>('h1')!
    document.title = section === sections[0] ? siteTitle : `${heading.textContent?.trim()} · mvp-rerank`
    onShow(shown)
    if (isFirst) return
    scrollTo({ top: 0, behavior: 'instant' })
    // As after a real navigation, a screen reader reads the new page's name.
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }

  addEventListener('hashchange', () => show(false))
  // The address may have been written since the links were.
  addEventListener('click', event => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[data-page]')
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0)
      return
    event.preventDefault()
    const page = link.dataset.page!
    history.pushState(null, '', addressWith({ page: page === sections[0]!.id ? '' : page }))
    show(false)
  })
  // As an address, `#main` would name neither page nor query.
  document.querySelector('.skip')?.addEventListener('click', event => {
    event.preventDefault()
    byId('main', HTMLElement).focus()
  })
  addEventListener('popstate', () => show(false))
  show(true)
}
