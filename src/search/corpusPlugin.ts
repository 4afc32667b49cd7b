import { join } from 'node:path'
import { createServer, type Plugin } from 'vite'
import { tokenizerAlone } from '../pipeline/tokenizerPlugin.js'

/** Name of the demo's index inside the folder that is served as it is. */
export const demoIndexPath = 'search/'

/** Vite plugin: writes the demo's index into the public folder, before the dev server or the build looks there. */
export function documentationIndex(): Plugin {
  return {
    name: 'documentation-index',
    apply: (_config, { mode }) => mode !== 'test',
    async configResolved({ root, publicDir }) {
      // The indexer runs the model, which a config cannot import: its tokenizer is a plugin's.
      const server = await createServer({
        root,
        configFile: false,
        plugins: [tokenizerAlone()],
        server: { middlewareMode: true, ws: false, watch: null },
        optimizeDeps: { noDiscovery: true },
        logLevel: 'error',
      })
      try {
        const indexer = await server.ssrLoadModule('/src/indexer/buildDemoIndex.ts')
        const { buildDemoIndex } = indexer as typeof import('../indexer/buildDemoIndex.js')
        await buildDemoIndex(root, join(root, '.cache/search-index'), join(publicDir, demoIndexPath))
      } finally {
        await server.close()
      }
    },
  }
}
