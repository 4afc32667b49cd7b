import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/**
 * A user's project with the packed package installed. It is outside this repository, so imports do not find our own
 * packages.
 */
export interface ScratchProject {
  folder: string
  /** The package as installed. */
  installed: string
  write(files: Record<string, string>): void
  remove(): void
}

export function scratchProject(): ScratchProject {
  const folder = mkdtempSync(join(tmpdir(), 'mvp-rerank-project-'))
  const write = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  }
  write({ 'package.json': '{ "name": "scratch", "private": true, "type": "module" }' })
  install(folder, ['--ignore-scripts=false', packedPackage()])
  return {
    folder,
    installed: join(folder, 'node_modules/mvp-rerank'),
    write,
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Runs `npm install` as a user would. */
export function install(folder: string, args: readonly string[]): void {
  execFileSync('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', ...args], {
    cwd: folder,
    env: userEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const PACKED = '.cache/e2e/packed'

/** The packages of this repository: the folder of each, and what `npm pack` takes from it. */
export const PACKAGES = {
  'mvp-rerank': { folder: '.', taken: ['package.json', 'dist', 'docs'] },
  'mvp-rerank-mini': { folder: 'packages/mvp-mini', taken: ['package.json', 'mvp-mini'] },
  'mvp-rerank-mini-q4': { folder: 'packages/mvp-mini-q4', taken: ['package.json', 'mvp-mini-q4'] },
  'mvp-rerank-mcp': { folder: 'packages/mcp', taken: ['package.json', 'dist'] },
  'mvp-rerank-site': { folder: 'packages/site', taken: ['.'] },
  'mvp-rerank-vitepress': { folder: 'packages/vitepress', taken: ['.'] },
  'mvp-rerank-docusaurus': { folder: 'packages/docusaurus', taken: ['.'] },
  'mvp-rerank-astro': { folder: 'packages/starlight', taken: ['.'] },
}

/**
 * The file that `npm pack` makes of the build under test, without building again. It is made once for each build.
 */
export function packedPackage(name: keyof typeof PACKAGES = 'mvp-rerank'): string {
  const { folder, taken } = PACKAGES[name]
  const file = resolve(PACKED, name, `${name}-${fingerprint(taken.map(path => join(folder, path)))}.tgz`)
  if (existsSync(file)) return file
  const packed = dirname(file)
  rmSync(packed, { recursive: true, force: true })
  mkdirSync(packed, { recursive: true })
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', packed, `./${folder}`]
  const [{ filename }] = JSON.parse(
    execFileSync('npm', pack, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  renameSync(join(packed, filename), file)
  return file
}

/** Identifies a state of the files. */
function fingerprint(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of paths) {
    const below = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: 'utf8' }).sort() : ['']
    for (const name of below) {
      const { size, mtimeMs } = statSync(join(path, name))
      hash.update(`${path}/${name} ${size} ${mtimeMs}\n`)
    }
  }
  return hash.digest('hex').slice(0, 12)
}

/**
 * The environment of a user's commands: without the settings of our .npmrc, which `npm run` passes to tests as
 * variables, and without NODE_ENV, which a build by Vite in this process sets to `production`. npm then leaves out the
 * devDependencies.
 */
export function userEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) => name === 'NODE_ENV' || name.toLowerCase().startsWith('npm_')
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOurs(name)))
}
