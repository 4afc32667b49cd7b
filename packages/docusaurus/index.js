import { fileURLToPath } from 'node:url'
import { elementAttributes, hasIndex, publishedFolder, publishSearch, SEARCH_FOLDER } from 'mvp-rerank-site'
import { leftOut } from './leftOut.js'
import { readThemeOptions } from './themeOptions.js'
import { wholeSite } from './wholeSite.js'

export const NAME = 'mvp-rerank-docusaurus'

/**
 * A theme for Docusaurus. `docusaurus build` makes the index of the built pages of all languages, and the navigation
 * bar shows `<mvp-search>` in its place for search.
 *
 * @param {import('@docusaurus/types').LoadContext} context
 * @param {import('./optionTypes.js').ThemeOptions} given
 * @returns {import('@docusaurus/types').Plugin}
 */
export default function mvpSearch(context, given) {
  const { kinds, options } = readThemeOptions(NAME, given)
  const { siteDir, i18n, siteConfig } = context
  const { base, folder } = wholeSite(context)
  return {
    name: NAME,
    getThemePath: () => fileURLToPath(new URL('./theme', import.meta.url)),
    async contentLoaded({ actions }) {
      const isReady = process.env.NODE_ENV === 'production' || hasIndex(siteDir)
      actions.setGlobalData({ attributes: elementAttributes(base, options), base, isReady })
    },
    configureWebpack: () =>
      /** @type {object} */ ({
        devServer: {
          static: [{ directory: publishedFolder(siteDir), publicPath: `${base}${SEARCH_FOLDER}/`, watch: false }],
        },
      }),
    async postBuild({ routes, baseUrl }) {
      await publishSearch({
        root: siteDir,
        folder,
        base,
        cleanUrls: siteConfig.trailingSlash === false,
        options: { ...options, exclude: options.exclude ?? leftOut(routes, baseUrl, i18n.locales, kinds) },
        log: line => console.log(line),
      })
    },
  }
}
