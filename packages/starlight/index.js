import { fileURLToPath } from 'node:url'
import { elementAttributes, hasIndex, publishSearch, readOptions, serveSearch } from 'mvp-rerank-site'

const PACKAGE = 'mvp-rerank-astro'
const SETTINGS = 'virtual:mvp-rerank'

/**
 * An integration for Astro. `astro build` makes the index of the built pages; `mvp-rerank-astro/Search.astro` is the
 * search box.
 *
 * @param {import('mvp-rerank-site/searchOptions').SearchOptions} [given]
 * @returns {import('astro').AstroIntegration}
 */
export default function mvpSearch(given) {
  const options = readOptions(PACKAGE, given)
  let root = ''
  let base = ''
  let cleanUrls = false
  return {
    name: PACKAGE,
    hooks: {
      'astro:config:setup': ({ config, command, updateConfig }) => {
        root = fileURLToPath(config.root)
        base = config.base.endsWith('/') ? config.base : `${config.base}/`
        cleanUrls = config.build.format === 'file'
        const settings = () => ({
          attributes: elementAttributes(base, options),
          base,
          versions: options.versions ?? {},
          isReady: command !== 'dev' || hasIndex(root),
        })
        updateConfig({
          vite: { plugins: [settingsPlugin(settings)], ssr: { noExternal: [PACKAGE, 'mvp-rerank-site'] } },
        })
      },
      'astro:server:setup': ({ server }) => {
        server.middlewares.use(serveSearch(root, base))
      },
      'astro:build:done': ({ dir, logger }) =>
        publishSearch({ root, folder: fileURLToPath(dir), base, cleanUrls, options, log: line => logger.info(line) }),
    },
  }
}

/**
 * Gives the settings to the pages.
 *
 * @param {() => object} settings
 * @returns {import('vite').Plugin}
 */
function settingsPlugin(settings) {
  return {
    name: PACKAGE,
    resolveId: id => (id === SETTINGS ? `\0${SETTINGS}` : undefined),
    load: id => (id === `\0${SETTINGS}` ? `export default ${JSON.stringify(settings())}` : undefined),
  }
}
