/**
 * Defines `<mvp-search>`, the search box for a site.
 * @module mvp-rerank/search
 */

import { MvpSearch } from './mvpSearch.js'

export type * from './events.js'
export { MvpSearch } from './mvpSearch.js'
export { addLanguage, type Strings } from './strings/index.js'

if (!customElements.get('mvp-search')) customElements.define('mvp-search', MvpSearch)
