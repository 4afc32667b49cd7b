import type { CorpusPackage } from '../search/corpus.js'
import { byId, element } from './element.js'

/** Names the packages whose documentation is searched, with the full text of each licence. */
export function showLicences(packages: readonly CorpusPackage[]): void {
  byId('licence-list', HTMLElement).replaceChildren(
    ...packages.map(({ name, version, licence, licenceText, homepage }) => {
      const link = element('a', '', name)
      link.href = homepage
      link.target = '_blank'
      link.rel = 'noopener noreferrer'
      const text = element('details', '', element('summary', '', licence), element('pre', 'licence-text', licenceText))
      return element('li', '', element('span', 'licence-name', link, ` ${version}`), text)
    }),
  )
  byId('licences', HTMLElement).hidden = false
}
