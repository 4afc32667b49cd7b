import { fileURLToPath } from 'node:url'
import { build, type InlineConfig, type Plugin, type Rollup } from 'vite'
import { modulesBeside } from './besidePlugin.js'

/** The modules of families. Each exports `family`. */
const FAMILIES: Record<string, string> = {
  'family-t5.js': 'graph/t5.ts',
  'family-modernbert.js': 'graph/modernBert.ts',
  'family-unigram.js': 'tokenizer/unigramFile.ts',
  'family-bpe.js': 'tokenizer/bpe.ts',
}

/**
 * Builds the families of encoders and tokenizers that `mvp-mini` does not need, one file each, for
 * `service/familyLoader.ts` to load.
 */
export function familiesBeside(folder: string): Plugin {
  return modulesBeside('families-beside', folder, Object.keys(FAMILIES), sourceOf)
}

/** A module that imports none, so that it runs wherever a host or a bundler puts it. */
async function sourceOf(file: string): Promise<string> {
  const config: InlineConfig = {
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rolldownOptions: {
        input: fileURLToPath(new URL(`../src/${FAMILIES[file]}`, import.meta.url)),
        preserveEntrySignatures: 'strict',
        output: { codeSplitting: false },
      },
    },
  }
  const { output } = (await build(config)) as Rollup.RollupOutput
  return output[0].code
}
