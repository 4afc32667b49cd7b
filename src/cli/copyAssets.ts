import { cp, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import { toolError } from '../api/toolErrors.js'
import { isUrl, locateModel } from '../store/locateModel.js'
import { type CommandSpec, usageError } from './command.js'
import { print } from './output.js'

const options = {
  model: {
    value: '<name|folder>',
    about: 'Also copy a model: mvp-mini or mvp-mini-q4 if its package is installed, or one of your own.',
  },
  brotli: {
    about: 'Also write a compressed copy (.br) of each file in <folder>/mvp-rerank, for servers that send such files.',
  },
} as const

export const copyAssetsCommand: CommandSpec<typeof options> = {
  name: 'copy-assets',
  summary: "Copy what pages load into a site's folder, for sites without a bundler.",
  usage: '<folder> [options]',
  arguments: '<folder>',
  options,
  details: `
Makes <folder>/mvp-rerank with the client, the search element, the workers, model families, stemmers, the service
worker and onnxruntime's files, which find each other there.
With --model, it also makes <folder>/models/<name>, where pages in <folder> look for a model by default. It replaces
files of an older version.
Output: a JSON report of the files and their bytes.

Exit code: 0 copied; 1 failed; 2 wrong usage; 130 interrupted.`,
  examples: ['mvp-rerank copy-assets public --model mvp-mini-q4 --brotli', 'mvp-rerank copy-assets ./site'],

  async run({ model, brotli }, { signal }, [folder]) {
    const report = await copyAssets(folder!, { dist: await findDist(), model, brotli, signal })
    await print(`${JSON.stringify(report, null, 2)}\n`)
    return 0
  },
}

/** The files of the package's dist that browsers load. */
const LOADED_BY_PAGES =
  /^(?:index|search|remote|(?:rerank|kernels|search)\.worker|service-worker|(?:family|stemmer)-[a-z\d]+)\.js$|^ort-wasm-[\w.-]+\.(?:mjs|wasm)$/

/** Of 11: the last 1 % would take ten times as long. */
const QUALITY = 9

const compress = promisify(brotliCompress)

/** Each file, relative to the site's folder, with its bytes. */
type CopyReport = Record<string, number>

interface CopyOptions {
  /** The package's own dist folder. */
  dist: string
  model?: string | undefined
  /** Also write each file of the package compressed. @default false */
  brotli?: boolean | undefined
  signal?: AbortSignal | undefined
}

/** @throws RerankError model-not-found, bad-usage */
export async function copyAssets(
  site: string,
  { dist, model, brotli = false, signal }: CopyOptions,
): Promise<CopyReport> {
  const files = (await readdir(dist)).filter(name => LOADED_BY_PAGES.test(name)).sort()
  const copies = files.map(name => ({ from: join(dist, name), to: `mvp-rerank/${name}` }))
  if (model !== undefined) {
    if (isUrl(model)) throw usageError('--model takes a name or a folder, not a URL', 'copy-assets')
    const from = locateModel(model)
    for (const name of (await readdir(from)).sort())
      copies.push({ from: join(from, name), to: `models/${basename(from)}/${name}` })
  }
  const report: CopyReport = {}
  for (const { from, to } of copies) {
    signal?.throwIfAborted()
    await mkdir(dirname(join(site, to)), { recursive: true })
    await cp(from, join(site, to))
    report[to] = (await stat(from)).size
    if (brotli && to.startsWith('mvp-rerank/')) {
      const compressed = await compress(await readFile(from), { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY } })
      await writeFile(join(site, `${to}.br`), compressed)
      report[`${to}.br`] = compressed.length
    }
  }
  return report
}

/** The folder of the built package that this module runs in. */
async function findDist(): Promise<string> {
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const files = await readdir(folder)
    if (files.includes('rerank.worker.js')) return folder
  }
  throw toolError('missing-file', 'The files for pages do not lie beside this command.', {
    remedy: 'Install the package again, or in a clone run `npm run build:package`.',
  })
}
