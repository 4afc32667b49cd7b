/** @import { SearchOptions } from './searchOptions.js' */

/** @type {Record<keyof SearchOptions, string>} */
const KINDS = {
  model: 'a name, a folder or false',
  rootSelector: 'a string',
  excludeSelectors: 'a list of strings',
  exclude: 'a list of globs without commas, such as ?(a|b)*.html',
  filters: 'a list of strings',
  maxLength: 'a number',
  minutes: 'a number',
  versions: 'an object of strings',
  limit: 'a number',
  placeholder: 'a string',
  param: 'a string',
  recent: 'a number',
  examples: 'a list of strings',
  shortcuts: 'true or false',
  load: 'a string',
}

/** @type {Record<string, (value: unknown) => boolean>} */
const CHECKS = {
  'a name, a folder or false': value => value === false || (typeof value === 'string' && value !== ''),
  'a string': value => typeof value === 'string',
  'a list of strings': value => Array.isArray(value) && value.every(item => typeof item === 'string'),
  'a list of globs without commas, such as ?(a|b)*.html': value =>
    Array.isArray(value) && value.every(item => typeof item === 'string' && !item.includes(',')),
  'a number': value => typeof value === 'number',
  'true or false': value => typeof value === 'boolean',
  'an object of strings': value =>
    typeof value === 'object' && value !== null && Object.values(value).every(item => typeof item === 'string'),
}

/**
 * Checks the options that a site gives to a plugin.
 *
 * @param {string} plugin the name of the plugin's package, for errors
 * @param {SearchOptions} [given]
 * @returns {SearchOptions}
 */
export function readOptions(plugin, given = {}) {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const kind = KINDS[/** @type {keyof SearchOptions} */ (name)]
    if (kind === undefined)
      throw new Error(`${plugin}: there is no option ${name}. The options are ${Object.keys(KINDS).join(', ')}.`)
    if (!CHECKS[kind]?.(value)) throw new Error(`${plugin}: the option ${name} must be ${kind}.`)
  }
  return given
}

/**
 * The options as arguments of `mvp-rerank index`.
 *
 * @param {SearchOptions} options
 * @returns {string[]}
 */
export function indexArguments({ model, rootSelector, excludeSelectors, exclude, filters, maxLength, minutes }) {
  const values = {
    model: model === false ? undefined : model,
    main: rootSelector,
    ignore: excludeSelectors?.join(', '),
    exclude: exclude?.join(','),
    filters: filters?.join(','),
    'max-length': maxLength,
    minutes,
  }
  const set = Object.entries(values).filter(([, value]) => value !== undefined)
  return [...set.flatMap(([name, value]) => [`--${name}`, String(value)]), ...(model === false ? ['--words-only'] : [])]
}
