import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { runCommand } from './command.js'
import { SEARCH_FOLDER } from './elementAttributes.js'
import { publishedFolder } from './lastBuild.js'
import { indexArguments } from './options.js'

/** Files of the index that are for the next build, not for visitors. */
const OF_BUILDS = ['sources.json', 'unfinished.bin']

/**
 * Makes the index of a built site, and puts the index, the element, its workers and the model into the site's folder.
 * The index is kept in the cache, so the next build reads and embeds only what changed.
 *
 * @param {object} site
 * @param {string} site.root the site's project
 * @param {string} site.folder the built site
 * @param {string} site.base what addresses of pages begin with
 * @param {boolean} [site.cleanUrls] whether addresses of pages end without `.html`
 * @param {import('./searchOptions.js').SearchOptions} site.options
 * @param {(line: string) => void} site.log
 */
export async function publishSearch({ root, folder, base, cleanUrls = false, options, log }) {
  const published = publishedFolder(root)
  const index = join(published, 'search')
  const links = cleanUrls ? ['--clean-urls'] : []
  const args = ['index', folder, '--base', base, ...links, '--out', index, ...indexArguments(options)]
  const { pages, sections } = await runCommand(root, args, log)
  await copyAssets(root, published, options.model ?? 'mvp-mini', log)
  await cp(published, join(folder, SEARCH_FOLDER), {
    recursive: true,
    filter: file => !OF_BUILDS.includes(basename(file)),
  })
  log(`Search: ${pages} pages, ${sections} sections.`)
}

/**
 * Everything in one folder, which the site serves.
 *
 * @param {string} root
 * @param {string} published
 * @param {string | false} model
 * @param {(line: string) => void} log
 */
async function copyAssets(root, published, model, log) {
  const copied = join(published, 'copied')
  await rm(copied, { recursive: true, force: true })
  await mkdir(copied, { recursive: true })
  await runCommand(root, ['copy-assets', copied, ...(model === false ? [] : ['--model', model])], log)
  await cp(join(copied, 'mvp-rerank'), published, { recursive: true })
  await rm(join(published, 'models'), { recursive: true, force: true })
  if (model !== false) await rename(join(copied, 'models'), join(published, 'models'))
  await rm(copied, { recursive: true })
}
