import { basename } from 'node:path'

/** The folder of the built site that holds all of the search. */
export const SEARCH_FOLDER = 'mvp-rerank'

/**
 * The attributes of `<mvp-search>` on the pages of a site.
 *
 * @param {string} base what addresses of the site begin with, with a slash at its end
 * @param {import('./searchOptions.js').SearchOptions} options
 * @returns {Record<string, string>}
 */
export function elementAttributes(
  base,
  { model = 'mvp-mini', limit, placeholder, param, recent, examples, shortcuts, load },
) {
  const folder = `${base}${SEARCH_FOLDER}/`
  const values = {
    src: `${folder}search/`,
    model: model === false ? undefined : `${folder}models/${basename(model)}/`,
    limit,
    placeholder,
    param,
    recent,
    examples: examples?.join('|'),
    'no-shortcuts': shortcuts === false ? '' : undefined,
    load,
  }
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}
