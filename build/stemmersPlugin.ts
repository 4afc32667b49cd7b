import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Plugin } from 'vite'
import { STEMMED_LANGUAGES } from '../src/search/stemmedLanguages.js'

/** Files of the package that are named after countries. */
const NAMED_OTHERWISE: Record<string, string> = { da: 'dk', el: 'gr', hi: 'in', sv: 'se' }

const FILE = /^stemmer-([a-z]{2})\.js$/

/**
 * Serves Snowball's stemmers, one file a language, under their own names and beside the search worker: in `folder` of
 * a build, and in any folder of the dev server. The
 * worker loads those of an index's languages.
 */
export function stemmersBeside(folder: string): Plugin {
  return {
    name: 'stemmers-beside',
    async generateBundle() {
      for (const language of STEMMED_LANGUAGES) {
        this.emitFile({ type: 'asset', fileName: `${folder}stemmer-${language}.js`, source: await sourceOf(language) })
      }
    },
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const file = basename(new URL(request.url ?? '/', 'http://localhost').pathname)
        const language = FILE.exec(file)?.[1]
        if (language === undefined || !STEMMED_LANGUAGES.has(language)) return next()
        response.setHeader('Content-Type', 'text/javascript')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
        response.end(await sourceOf(language))
      })
    },
  }
}

/** A module that exports `stemmer`. */
async function sourceOf(language: string): Promise<string> {
  const file = `${NAMED_OTHERWISE[language] ?? language}.js`
  const source = await readFile(new URL(`../node_modules/@orama/stemmers/dist/${file}`, import.meta.url), 'utf8')
  return source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
}
