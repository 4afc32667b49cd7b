import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createServer, type Plugin } from 'vite'
import { tokenizerAlone } from '../pipeline/tokenizerPlugin.js'
import { INDEX_FILE, type IndexManifest } from './indexManifest.js'

/** Name of the demo's index inside the folder that is served as it is. */
export const demoIndexPath = 'search/'

/**
 * Vite plugin: writes the demo's index into the public folder, before the dev server or the build looks there, and the number of its sections into the
 * pages in place of `%SECTIONS%`: filled in by a script it would move the lines below.
 */
export function documentationIndex(): Plugin {
  let written = ''
  return {
    name: 'documentation-index',
    apply: (_config, { mode }) => mode !== 'test',
    async configResolved({ root, publicDir, command, logger }) {
      const cache = join(root, '.cache/search-index')
      // Who edits the page waits for no model: without a build before, there are words alone.
      const out = join(publicDir, demoIndexPath)
      written = join(out, INDEX_FILE)
      if (command === 'serve' && existsSync(written)) return
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
        const withMeanings = command === 'build'
        await buildDemoIndex(root, {
          cache: withMeanings ? cache : `${cache}-words`,
          out,
          withMeanings,
          onProgress: ({ phase, done, total }) => {
            // Whoever waits for a first build should know for what.
            if (phase === 'embed') logger.info(`documentation: ${done} of ${total} sections embedded`)
          },
        })
      } finally {
        await server.close()
      }
    },
    transformIndexHtml(html) {
      const { sections }: IndexManifest = JSON.parse(readFileSync(written, 'utf8'))
      return html.replaceAll('%SECTIONS%', sections.toLocaleString('en'))
    },
  }
}
