import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { INDEX_FILE, type IndexManifest } from '../src/search/indexManifest.js'

/** Name of the demo's index inside the folder that is served as it is. */
export const demoIndexPath = 'search/'

/**
 * Vite plugin. Writes the demo's index into the public folder before the dev server or the build reads it. Replaces
 * `%SECTIONS%` in the pages with the number of sections; a script would shift the layout.
 */
export function documentationIndex(): Plugin {
  let written = ''
  return {
    name: 'documentation-index',
    apply: (_config, { mode }) => mode !== 'test',
    async configResolved({ root, publicDir, command, logger }) {
      const cache = join(root, '.cache/search-index')
      // The dev server embeds nothing: without an earlier build, the index has only words.
      const out = join(publicDir, demoIndexPath)
      written = join(out, INDEX_FILE)
      if (command === 'serve' && existsSync(written)) return
      const { buildDemoIndex } = await import('../demo/corpus/buildDemoIndex.js')
      const withEmbeddings = command === 'build'
      await buildDemoIndex(root, {
        cache: withEmbeddings ? cache : `${cache}-words`,
        out,
        withEmbeddings,
        onProgress: ({ phase, done, total }) => {
          // The first build spends a minute or two here.
          if (phase === 'embed') logger.info(`documentation: ${done} of ${total} sections embedded`)
        },
      })
    },
    transformIndexHtml(html) {
      const { sections }: IndexManifest = JSON.parse(readFileSync(written, 'utf8'))
      return html.replaceAll('%SECTIONS%', sections.toLocaleString('en'))
    },
  }
}
