/**
 * Builds the documentation site into .cache/docs/site: `node docs-site/build.mjs`, or with `api` only the reference.
 * The search box and its index come from the built package, as on any other site.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { PAGES, root, writePages } from './pages.mjs'

const here = join(root, 'docs-site')
const site = join(root, '.cache/docs/site')
const base = process.env.DOCS_BASE ?? '/'

installPackages()
if (process.argv[2] === 'api') {
  writeReference()
} else {
  if (!existsSync(join(root, 'dist/cli/main.js'))) run('npm', ['run', 'build:package'], root)
  rmSync(PAGES, { recursive: true, force: true })
  writePages()
  writeReference()
  copyFileSync(join(root, 'public/favicon.svg'), join(PAGES, 'public/favicon.svg'))
  run(process.execPath, ['node_modules/vitepress/bin/vitepress.js', 'build'], here)
  addSearch()
}

function installPackages() {
  const locked = file => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : {})
  const wanted = locked(join(here, 'package-lock.json'))
  const installed = locked(join(here, 'node_modules/.package-lock.json'))
  const missing = Object.keys(wanted).some(
    path => path && !wanted[path].optional && installed[path]?.version !== wanted[path].version,
  )
  if (missing) run('npm', ['ci'], here)
}

function writeReference() {
  mkdirSync(PAGES, { recursive: true })
  run(process.execPath, ['node_modules/typedoc/bin/typedoc', '--logLevel', 'Warn'], here)
}

/**
 * Copies what the search box loads, and indexes the built pages with the project's own command. The index stays outside
 * of the site, so that the next run embeds only what has changed.
 */
function addSearch() {
  const command = join(root, 'dist/cli/main.js')
  const index = join(root, '.cache/docs/search')
  run(process.execPath, [command, 'index', site, '--base', base, '--out', index, '--exclude', '404.html'], root)
  cpSync(index, join(site, 'search'), { recursive: true, filter: file => basename(file) !== 'sources.json' })
  run(process.execPath, [command, 'copy-assets', site, '--model', 'mvp-mini'], root)
}

function run(command, args, cwd) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  if (!error && status === 0) return
  console.error(`${command} ${args[0]} failed. ${error?.message ?? `It ended with status ${status}.`}`)
  process.exit(status ?? 1)
}
