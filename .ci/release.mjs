/**
 * Releases all packages under one version: `npm run release -- 0.2.0`, or `patch`, `minor`, `major`; with `--dry-run`
 * it only says what it would do. It dates the changelog, commits, tags and pushes; .github/workflows/publish.yml
 * publishes the tag.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const PACKAGES = [
  '.',
  ...['mvp-mini', 'mvp-mini-q4', 'mcp', 'site', 'vitepress', 'docusaurus', 'starlight'].map(name => `packages/${name}`),
]
const MARK = '## [Unreleased]\n'

const {
  values: { 'dry-run': dryRun = false },
  positionals: [wanted],
} = parseArgs({ allowPositionals: true, options: { 'dry-run': { type: 'boolean' } } })

const current = JSON.parse(read('package.json')).version
const version = next(current, wanted)
const changelog = read('CHANGELOG.md')
check()

const changes = [
  ...PACKAGES.map(folder => [join(folder, 'package.json'), withVersion]),
  ['packages/mkdocs/pyproject.toml', text => text.replace(/^(version = )"[^"]+"/m, `$1"${version}"`)],
  ['package-lock.json', lockWithVersion],
  ['README.md', text => text.replaceAll(/(?<=\/mvp-rerank(?:-mini)?-)\d+\.\d+\.\d+(?=\.tgz)/g, version)],
  ['CHANGELOG.md', dated],
].map(([file, change]) => ({ file, text: change(read(file)) }))

console.log(`${current} → ${version}: ${changes.map(({ file }) => file).join(', ')}`)
if (dryRun) {
  console.log(`Nothing is changed. Without --dry-run it commits, tags v${version} and pushes both.`)
} else {
  for (const { file, text } of changes) writeFileSync(join(root, file), text)
  git('add', ...changes.map(({ file }) => file))
  git('commit', '--quiet', '--message', `Release ${version}`)
  git('tag', '--annotate', `v${version}`, '--message', `Version ${version}`)
  git('push', '--quiet', '--atomic', 'origin', 'HEAD', `v${version}`)
  console.log(`Pushed v${version}. The workflow Publish takes it from here.`)
}

function check() {
  if (git('status', '--porcelain')) fail('There are uncommitted changes: commit or stash them.')
  if (git('tag', '--list', `v${version}`)) fail(`The tag v${version} exists.`)
  const entries = changelog.split(MARK)[1]?.split(/^## /m)[0]?.trim()
  if (!entries) fail('CHANGELOG.md has no entries under [Unreleased]: say what changed.')
}

/** @returns the version that is asked for, which must be a later one */
function next(from, asked = '') {
  const parts = from.split('.').map(Number)
  const place = ['major', 'minor', 'patch'].indexOf(asked)
  if (place >= 0) return parts.map((part, i) => (i < place ? part : i === place ? part + 1 : 0)).join('.')
  if (!/^\d+\.\d+\.\d+$/.test(asked))
    fail('Say which version: npm run release -- <version|major|minor|patch> [--dry-run]')
  const to = asked.split('.').map(Number)
  const differs = to.findIndex((part, i) => part !== parts[i])
  if (differs < 0 || to[differs] < parts[differs]) fail(`${asked} is not later than ${from}.`)
  return asked
}

/** Changes the lines alone, so that the file keeps its form. */
function withVersion(text) {
  return text
    .replace(/^( {2}"version": )"[^"]+"/m, `$1"${version}"`)
    .replace(/^( {4}"mvp-rerank(?:-site)?": )"\^[^"]+"/gm, `$1"^${version}"`)
}

function lockWithVersion(text) {
  const lock = JSON.parse(text)
  lock.version = version
  for (const folder of PACKAGES) {
    const entry = lock.packages[folder === '.' ? '' : folder]
    entry.version = version
    for (const needs of [entry.dependencies, entry.peerDependencies]) {
      for (const name of ['mvp-rerank', 'mvp-rerank-site']) if (needs?.[name]) needs[name] = `^${version}`
    }
  }
  return `${JSON.stringify(lock, null, 2)}\n`
}

function dated(text) {
  const today = new Date().toISOString().slice(0, 10)
  return text.replace(MARK, `${MARK}\n## [${version}] - ${today}\n`)
}

function read(file) {
  return readFileSync(join(root, file), 'utf8')
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
