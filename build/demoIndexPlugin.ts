import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { INDEX_FILE, type IndexManifest } from '../src/search/indexManifest.js'

/** Name of the demo's index inside the folder that is served as it is. */
export const demoIndexPath = 'search/'

/**
 * Vite plugin: writes the demo's index into the public folder before the dev server or the build looks there. It also
 * puts the number of sections into the pages in place of `%SECTIONS%`: a script that filled it in later would shift the
 * lines below.
 */
export function documentationIndex(): Plugin {
  let written = ''
  return {
    name: 'documentation-index',
    apply: (_config, { mode }) => mode !== 'test',
    async configResolved({ root, publicDir, command, logger }) {
      const cache = join(root, '.cache/search-index')
      // The dev server does not wait for the model: without an earlier build, the index has words alone.
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
          // The first build takes a minute or two here.
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
