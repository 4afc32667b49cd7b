import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { MODELS_FOLDER } from '../support/convertModels.js'
import { originalOrder, passages, query } from '../support/oracleList.js'

/** The second one needs the files of two families. */
const MODELS = ['bert-relu-fp32', 't5-relu-fp32']

const PAGE = `# Flour

Flour keeps best in the dark, in a jar that closes well. In the warm it turns rancid.

## Yeast

Yeast eats sugar and gives off the gas that makes dough rise.

## Salt

Salt slows the yeast down, and a dough without it tastes of little.
`

/** What a site serves beside its own files: models, a list to rank, and a search index. */
export function writeSite(folder: string): void {
  for (const model of MODELS) {
    cpSync(join(MODELS_FOLDER, model), join(folder, 'models', model), { recursive: true })
  }
  writeFileSync(join(folder, 'list.json'), JSON.stringify({ query, passages, word: 'rancid' }))
  const source = resolve('.cache/e2e/hosts/flour.md')
  mkdirSync(dirname(source), { recursive: true })
  writeFileSync(source, PAGE)
  const index = ['index', source, '--links', 'html', '--base', '/', '--out', join(folder, 'search'), '--words-only']
  execFileSync(process.execPath, ['dist/cli/main.js', ...index], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** The outcome that fixtures/rank.js shows if all went well. */
export function expectedOutcome(threads: number): string {
  return `${threads} threads: ${originalOrder()}; T5 ranks ${passages.length}; /flour.html#flour`
}
