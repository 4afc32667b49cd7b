/** @import { SearchOptions } from 'mvp-rerank-site/searchOptions' */
/** @import { Kinds, ThemeOptions } from './optionTypes.js' */
import { readOptions } from 'mvp-rerank-site'

/**
 * @param {string} name
 * @param {ThemeOptions} given
 * @returns {{ kinds: Kinds, options: SearchOptions }}
 */
export function readThemeOptions(name, given) {
  const { id: _, indexDocs = true, indexBlog = true, indexPages = true, ...others } = given
  const { ignoreFiles, ignoreCssSelectors, searchResultLimits, searchBarShortcut, ...rest } = others
  const renamed = {
    exclude: listOf(ignoreFiles),
    excludeSelectors: listOf(ignoreCssSelectors),
    limit: searchResultLimits,
    shortcuts: searchBarShortcut,
  }
  const set = Object.fromEntries(Object.entries(renamed).filter(([, value]) => value !== undefined))
  return {
    kinds: { docs: indexDocs, blog: indexBlog, pages: indexPages },
    options: readOptions(name, { ...set, ...rest }),
  }
}

/** @param {string | string[] | undefined} value */
function listOf(value) {
  return typeof value === 'string' ? [value] : value
}
