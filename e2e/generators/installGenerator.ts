import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { environment } from '../hosts/server.js'
import { install, packedPackage } from '../support/scratchProject.js'
import type { Generator } from './generator.js'

const FIXTURES = 'e2e/generators/fixtures'

export interface InstalledGenerator {
  folder: string
  /** The version of the generator that was installed. */
  version: string
  env: NodeJS.ProcessEnv
  remove(): void
}

/** Copies the generator's fixture into a scratch folder, and installs the packed packages and what they need. */
export function installGenerator(generator: Generator): InstalledGenerator {
  const root = mkdtempSync(join(tmpdir(), 'mvp-rerank-generator-'))
  const folder = join(root, 'site')
  const remove = () => rmSync(root, { recursive: true })
  try {
    for (const name of ['mvp-rerank', 'mvp-rerank-mini'] as const)
      cpSync(packedPackage(name), join(root, `${name}.tgz`))
    for (const plugin of generator.plugins) pack(plugin, root)
    cpSync(join(FIXTURES, generator.fixture), folder, { recursive: true })
    for (const [name, text] of Object.entries(generator.files ?? {})) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    install(folder, ['--ignore-scripts'])
    const env = environment(folder, generator.python && installPython(generator.python, root))
    return { folder, version: versionOf(generator, folder, env), env, remove }
  } catch (error) {
    remove()
    throw error
  }
}

function pack(plugin: string, root: string): void {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', root]
  const cwd = join('packages', plugin)
  const packed = execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  const [{ filename, name }] = JSON.parse(packed)
  cpSync(join(root, filename), join(root, `${name}.tgz`))
}

/** @returns the folder of the environment's commands */
function installPython(packages: readonly string[], root: string): string {
  const folder = join(root, 'python')
  execFileSync('python3', ['-m', 'venv', folder])
  const named = packages.map(name => name.replace('{packages}', resolve('packages')))
  execFileSync(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...named])
  return join(folder, 'bin')
}

function versionOf(generator: Generator, folder: string, env: NodeJS.ProcessEnv): string {
  if (generator.command) {
    const printed = execFileSync(generator.command, ['--version'], { env, encoding: 'utf8' })
    return printed.match(/\d+(?:\.\d+)+/)![0]
  }
  if (generator.python) {
    const print = `from importlib.metadata import version; print(version('${generator.package}'))`
    return execFileSync('python', ['-c', print], { env, encoding: 'utf8' }).trim()
  }
  return JSON.parse(readFileSync(join(folder, 'node_modules', generator.package, 'package.json'), 'utf8')).version
}
