import { fileURLToPath } from 'node:url'
import {
  elementAttributes,
  globOf,
  hasIndex,
  publishSearch,
  readOptions,
  serveSearch,
  versionOf,
} from 'mvp-rerank-site'

const PACKAGE = 'mvp-rerank-vitepress'
const SETTINGS = 'virtual:mvp-rerank'
const SEARCH_BAR = fileURLToPath(new URL('./searchBar.js', import.meta.url))

/**
 * A Vite plugin for VitePress. `vitepress build` makes the index of the built pages, and the default theme shows
 * `<mvp-search>` in its place for search.
 *
 * @param {import('mvp-rerank-site/searchOptions').SearchOptions} [given]
 * @returns {import('vite').Plugin}
 */
export default function mvpSearch(given) {
  const options = readOptions(PACKAGE, given)
  /** @type {import('vitepress').SiteConfig} */
  let site
  let isBuild = false
  return {
    name: PACKAGE,
    config: () => ({ resolve: { alias: [{ find: /^.*\/VPNavBarSearch\.vue$/, replacement: SEARCH_BAR }] } }),
    configResolved(config) {
      isBuild = config.command === 'build'
      const own = /** @type {{ vitepress?: import('vitepress').SiteConfig }} */ (config).vitepress
      if (!own) throw new Error(`${PACKAGE} is for VitePress: put it into vite.plugins of .vitepress/config.js.`)
      // A build resolves its configuration twice: for the pages and for their server.
      if (site !== own) extend(own, options)
      site = own
    },
    resolveId: id => (id === SETTINGS ? `\0${SETTINGS}` : undefined),
    load(id) {
      if (id !== `\0${SETTINGS}`) return undefined
      const attributes = elementAttributes(site.site.base, options)
      const isReady = isBuild || hasIndex(site.root)
      return `export default ${JSON.stringify({ attributes, versions: options.versions ?? {}, isReady })}`
    },
    configureServer(server) {
      server.middlewares.use(serveSearch(site.root, site.site.base))
    },
  }
}

/**
 * @param {import('vitepress').SiteConfig} site
 * @param {import('mvp-rerank-site/searchOptions').SearchOptions} options
 */
function extend(site, options) {
  const { buildEnd, transformHead } = site
  if (site.site.themeConfig?.search) {
    site.logger.warn(`${PACKAGE}: themeConfig.search has no effect beside this plugin. Remove it.`)
  }
  /** @type {string[]} */
  const hidden = []
  site.transformHead = async context => {
    const head = (await transformHead?.(context)) ?? []
    const { relativePath, frontmatter } = context.pageData
    if (frontmatter.search === false) hidden.push(globOf(context.page.replace(/\.md$/, '.html')))
    const version = versionOf(relativePath, options.versions ?? {})
    return version ? [...head, ['meta', { name: 'docsearch:version', content: version }]] : head
  }
  site.buildEnd = async config => {
    await buildEnd?.(config)
    await publishSearch({
      root: site.root,
      folder: site.outDir,
      base: site.site.base,
      cleanUrls: site.cleanUrls,
      options:
        hidden.length === 0 ? options : { ...options, exclude: [...(options.exclude ?? ['**/404.html']), ...hidden] },
      log: line => site.logger.info(line),
    })
  }
}
