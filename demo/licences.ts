import type { IndexCredit } from '../src/api/search.js'
import { byId, element } from './element.js'

/** Names the packages whose documentation is searched, with the full text of each licence. */
export function showLicences(credits: readonly IndexCredit[]): void {
  byId('licence-list', HTMLElement).replaceChildren(
    ...credits.map(({ name, version = '', licence = 'no licence named', licenceText = '', url }) => {
      const link = element('a', '', name)
      if (url !== undefined) link.href = url
      link.target = '_blank'
      link.rel = 'noopener noreferrer'
      const text = element('details', '', element('summary', '', licence), element('pre', 'licence-text', licenceText))
      return element('li', '', element('span', 'licence-name', link, ` ${version}`), text)
    }),
  )
  byId('licences', HTMLElement).hidden = false
}
