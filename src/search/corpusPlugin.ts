import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'
import { buildCorpus } from './buildCorpus.js'
import { corpusPath } from './corpus.js'

/** Vite plugin: writes the demo's corpus into the public folder, before the dev server or the build looks there. */
export function documentationCorpus(): Plugin {
  return {
    name: 'documentation-corpus',
    apply: (_config, { mode }) => mode !== 'test',
    async configResolved({ root, publicDir }) {
      const file = join(publicDir, corpusPath)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, JSON.stringify(await buildCorpus(join(root, 'node_modules'))))
    },
  }
}
