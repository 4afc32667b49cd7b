import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'
import { STEMMED_LANGUAGES } from '../src/search/stemmedLanguages.js'
import { modulesBeside } from './besidePlugin.js'

/** Files of the package that are named after countries. */
const NAMED_OTHERWISE: Record<string, string> = { da: 'dk', el: 'gr', hi: 'in', sv: 'se' }

const FILE = /^stemmer-([a-z]{2})\.js$/

/** Serves Snowball's stemmers, one file a language. The search worker loads those of an index's languages. */
export function stemmersBeside(folder: string): Plugin {
  const files = [...STEMMED_LANGUAGES].map(language => `stemmer-${language}.js`)
  return modulesBeside('stemmers-beside', folder, files, sourceOf)
}

/** A module that exports `stemmer`. */
async function sourceOf(file: string): Promise<string> {
  const language = FILE.exec(file)![1]!
  const name = `${NAMED_OTHERWISE[language] ?? language}.js`
  const source = await readFile(new URL(`../node_modules/@orama/stemmers/dist/${name}`, import.meta.url), 'utf8')
  return source.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
}
