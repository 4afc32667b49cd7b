import { globOf } from 'mvp-rerank-site'

const DOCS = /^@theme\/(?:DocItem|DocCategoryGeneratedIndexPage)$/
const BLOG = /^@theme\/BlogPostPage$/
/** Pages that only list others. */
const LISTS = /^@theme\/(?:Blog|DocTag|SearchPage)/

/**
 * Globs of the built files that stay out of the index: pages that list others, and kinds that the site does not index.
 *
 * @param {readonly import('@docusaurus/types').RouteConfig[]} routes
 * @param {string} baseUrl of the language that was built
 * @param {readonly string[]} locales other languages have the same pages below their folders
 * @param {import('./optionTypes.js').Kinds} kinds
 * @returns {string[]}
 */
export function leftOut(routes, baseUrl, locales, kinds) {
  const folder = `?(${locales.map(locale => `${globOf(locale)}/`).join('|')})`
  const paths = pagesOf(routes)
    .filter(({ component }) => !isIndexed(component, kinds))
    .map(({ path }) => path.slice(baseUrl.length).replace(/\/$/, ''))
  return ['**/404.html', ...paths.map(path => `${folder}${path ? `${globOf(path)}?(/index)` : 'index'}.html`)]
}

/**
 * Without the frames around them.
 *
 * @param {readonly import('@docusaurus/types').RouteConfig[]} routes
 * @returns {import('@docusaurus/types').RouteConfig[]}
 */
function pagesOf(routes) {
  return routes.flatMap(route => (route.routes ? pagesOf(route.routes) : [route]))
}

/**
 * @param {string} component
 * @param {import('./optionTypes.js').Kinds} kinds
 */
function isIndexed(component, kinds) {
  if (DOCS.test(component)) return kinds.docs
  if (BLOG.test(component)) return kinds.blog
  return !LISTS.test(component) && kinds.pages
}
