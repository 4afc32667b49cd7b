import type { IndexCredit } from '../src/index.js'
import { byId, createElement } from './dom.js'

/** Lists the packages whose documentation is searched, with the full text of each licence. */
export function showLicences(credits: readonly IndexCredit[]): void {
  byId('licence-list', HTMLElement).replaceChildren(
    ...credits.map(({ name, version = '', licence = 'no licence named', licenceText = '', url }) => {
      const link = createElement('a', '', name)
      if (url !== undefined) link.href = url
      link.target = '_blank'
      link.rel = 'noopener noreferrer'
      const text = createElement(
        'details',
        '',
        createElement('summary', '', licence),
        createElement('pre', 'licence-text', licenceText),
      )
      return createElement('li', '', createElement('span', 'licence-name', link, ` ${version}`), text)
    }),
  )
  byId('licences', HTMLElement).hidden = false
}
