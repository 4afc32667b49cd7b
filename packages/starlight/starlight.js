import mvpSearch from './index.js'

/**
 * A plugin for Starlight: the integration, with the search box in Starlight's place for search.
 *
 * @param {import('mvp-rerank-site/searchOptions').SearchOptions} [options]
 * @returns {import('@astrojs/starlight/types').StarlightPlugin}
 */
export default function starlightMvpSearch(options) {
  return {
    name: 'mvp-rerank-astro',
    hooks: {
      'config:setup': ({ config, updateConfig, addIntegration, addRouteMiddleware, logger }) => {
        if (config.components?.Search)
          logger.warn('The component Search of this site stays in place of mvp-rerank-astro.')
        updateConfig({
          pagefind: false,
          components: { Search: 'mvp-rerank-astro/Search.astro', ...config.components },
        })
        addRouteMiddleware({ entrypoint: 'mvp-rerank-astro/starlightVersion' })
        addIntegration(mvpSearch(options))
      },
    },
  }
}
