import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const FOLDERS = ['mvp-mini', 'mvp-mini-q4', 'mcp', 'site', 'vitepress', 'docusaurus', 'starlight'].map(
  name => `packages/${name}`,
)
const TAKEN = [
  '.ci/release.mjs',
  'package.json',
  'package-lock.json',
  'README.md',
  'CHANGELOG.md',
  'packages/mkdocs/pyproject.toml',
  ...FOLDERS.map(folder => `${folder}/package.json`),
]

let folder = ''
let clone = ''
const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, encoding: 'utf8' }).trim()
const read = (file: string) => readFileSync(join(clone, file), 'utf8')

// A repository of its own, with a remote to push to.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-release-'))
  clone = join(folder, 'clone')
  for (const file of TAKEN) {
    mkdirSync(dirname(join(clone, file)), { recursive: true })
    cpSync(file, join(clone, file))
  }
  write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Something.\n')
  for (const file of TAKEN.filter(file => file.endsWith('package.json'))) {
    write(file, read(file).replace(/^( {2}"version": ).*$/m, '$1"0.1.0",'))
  }
  execFileSync('git', ['init', '--quiet', '--bare', 'remote.git'], { cwd: folder })
  git('init', '--quiet', '--initial-branch', 'main')
  for (const [name, value] of [
    ['user.name', 'Test'],
    ['user.email', 'test@example.org'],
    ['commit.gpgsign', 'false'],
    ['tag.gpgsign', 'false'],
  ] as const) {
    git('config', name, value)
  }
  git('remote', 'add', 'origin', '../remote.git')
  git('add', '.')
  git('commit', '--quiet', '--message', 'Start')
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(file: string, text: string): void {
  writeFileSync(join(clone, file), text)
}

function release(...args: string[]) {
  return spawnSync(process.execPath, ['.ci/release.mjs', ...args], { cwd: clone, encoding: 'utf8' })
}

test('one command raises every version, dates the changelog, tags and pushes', () => {
  expect(release('minor')).toMatchObject({ status: 0, stderr: '' })
  for (const file of TAKEN.filter(file => file.endsWith('package.json'))) {
    expect(JSON.parse(read(file)).version).toBe('0.2.0')
  }
  expect(JSON.parse(read('packages/mcp/package.json')).dependencies['mvp-rerank']).toBe('^0.2.0')
  const lock = JSON.parse(read('package-lock.json'))
  for (const place of ['', ...FOLDERS]) {
    expect(lock.packages[place].version).toBe('0.2.0')
  }
  expect(lock.packages['packages/mcp'].dependencies['mvp-rerank']).toBe('^0.2.0')
  for (const name of ['vitepress', 'docusaurus', 'starlight']) {
    for (const needs of [JSON.parse(read(`packages/${name}/package.json`)), lock.packages[`packages/${name}`]]) {
      expect(needs.dependencies['mvp-rerank-site']).toBe('^0.2.0')
      expect(needs.peerDependencies['mvp-rerank']).toBe('^0.2.0')
    }
  }
  expect(read('packages/mkdocs/pyproject.toml')).toContain('\nversion = "0.2.0"\n')
  expect(read('README.md')).toContain('/mvp-rerank-mini-0.2.0.tgz')
  expect(read('README.md')).not.toContain('0.1.0.tgz')
  expect(read('CHANGELOG.md')).toMatch(
    /## \[Unreleased\]\n\n## \[0\.2\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- Something/,
  )
  expect(git('status', '--porcelain')).toBe('')
  expect(git('ls-remote', 'origin')).toMatch(/refs\/heads\/main\n[\s\S]*refs\/tags\/v0\.2\.0/)
})

test('a dry run changes nothing', () => {
  const { status, stdout } = release('1.0.0', '--dry-run')
  expect(status).toBe(0)
  expect(stdout).toContain('0.1.0 → 1.0.0: package.json')
  expect(git('status', '--porcelain')).toBe('')
  expect(git('tag')).toBe('')
})

test.each([
  ['no version', [], 'Say which version'],
  ['an earlier version', ['0.0.9'], 'not later than 0.1.0'],
  ['the same version', ['0.1.0'], 'not later than 0.1.0'],
])('it refuses %s', (_, args, message) => {
  expect(release(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) })
})

test('it refuses uncommitted changes, a tag that exists and an empty changelog', () => {
  write('README.md', 'Changed.')
  expect(release('patch').stderr).toContain('uncommitted')
  git('checkout', '--quiet', 'README.md')
  git('tag', 'v0.1.1')
  expect(release('patch').stderr).toContain('v0.1.1 exists')
  write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\n- First.\n')
  git('commit', '--quiet', '--all', '--message', 'Empty')
  expect(release('minor').stderr).toContain('no entries')
})
