import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const PACKAGE = '@xenova/transformers'
const SOURCE = fileURLToPath(new URL(`../../node_modules/${PACKAGE}/src/tokenization_utils.js`, import.meta.url))
const ID = '\0tokenizer-alone.js'

/** What the module imports for other purposes than to tokenize: downloads, tensors, chat templates. */
const OTHER = [
  '@huggingface/jinja',
  './utils/hub.js',
  './utils/tensor.js',
  './utils/logger.js',
  './utils/model_registry/get_tokenizer_files.js',
]

/**
 * Vite plugin: where tokenize.ts imports transformers.js, it gets the one module of that package that tokenizes. The package is a single
 * file of 500 kB that no bundler can shake; in a browser it imports onnxruntime-web and points it to a CDN, in Node it loads sharp.
 */
export function tokenizerAlone(): Plugin {
  return {
    name: 'tokenizer-alone',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source === PACKAGE && importer?.endsWith('/src/pipeline/tokenize.ts')) return ID
      return importer === ID ? this.resolve(source, SOURCE, { skipSelf: true }) : null
    },
    load: id => (id === ID ? tokenizerModule(readFileSync(SOURCE, 'utf8')) : null),
  }
}

/** The module without its imports of other parts. */
export function tokenizerModule(code: string): string {
  for (const path of OTHER) {
    const statement = new RegExp(`^import (\\{.*\\}) from '${path.replaceAll('.', '\\.')}';$`, 'm')
    if (!statement.test(code))
      throw new Error(`${PACKAGE} no longer imports ${path} in ${SOURCE}: adapt tokenizerPlugin.ts`)
    code = code.replace(statement, 'const $1 = {};')
  }
  return code
}
