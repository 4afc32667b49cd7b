import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * A project of somebody else that has installed what `npm pack` makes. Not inside this one: imports must not find our
 * own packages.
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
  // What the tests were built from, not a build of its own.
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [{ filename }] = JSON.parse(
    execFileSync('npm', pack, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  write({ 'package.json': '{ "name": "scratch", "private": true, "type": "module" }' })
  execFileSync('npm', ['install', '--ignore-scripts=false', '--prefer-offline', `./${filename}`], {
    cwd: folder,
    env: withoutOurNpm(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return {
    folder,
    installed: join(folder, 'node_modules/mvp-rerank'),
    write,
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Run by `npm run`, tests inherit the settings of our .npmrc as variables; users have other ones. */
export function withoutOurNpm(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_')))
}
