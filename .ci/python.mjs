/**
 * Checks the Python packages: `node .ci/python.mjs lint`, `test <report>` (the unit tests of models/train), `cluster
 * <report>` (the tests of deploy/ray). Tools are in .cache/python-venv, which is made once. A machine without a
 * suitable Python gets one if this user may install it. If not, the check is skipped; in CI it fails.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { distributionOf } from './browserSource.mjs'
import { PYTHONS, pythonCheck, pythonSource } from './pythonSource.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const venv = join(root, '.cache/python-venv')
const PACKAGES = ['models/train', 'deploy/ray', 'packages/mkdocs']
/** The environment is made again if one of these files changes. */
const PINS = ['.ci/requirements.txt', 'models/train/requirements.txt']

const [check, report] = process.argv.slice(2)
const junit = report ? [`--junitxml=${report}`] : []
if (check === 'lint') {
  makeEnvironment()
  tool('ruff', 'check', ...PACKAGES)
  tool('ruff', 'format', '--check', ...PACKAGES)
} else if (check === 'test') {
  makeEnvironment()
  tool('pytest', '-c', 'models/train/pyproject.toml', '--rootdir=models/train', ...junit, 'models/train/tests')
} else if (check === 'cluster') {
  // Ray has no release for later versions of Python.
  run('bash', [join(root, 'deploy/ray/test.sh'), ...junit], { PYTHON: requirePython(11, 13) })
} else {
  fail(`There is no check ${check}.`)
}

function makeEnvironment() {
  const python = requirePython(11, 99)
  const stamp = join(venv, 'pins')
  const isCurrent = PINS.every(
    (pin, i) => existsSync(`${stamp}.${i}`) && read(join(root, pin)) === read(`${stamp}.${i}`),
  )
  if (isCurrent && spawnSync(join(venv, 'bin/ruff'), ['--version']).status === 0) return
  console.log('Installing ruff, pytest, numpy and scipy into .cache/python-venv')
  rmSync(venv, { recursive: true, force: true })
  run(python, ['-m', 'venv', venv])
  run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '-r', join(root, PINS[0])])
  PINS.forEach((pin, i) => {
    cpSync(join(root, pin), `${stamp}.${i}`)
  })
}

function requirePython(least, most) {
  const found = findPython(least, most)
  if (found) return found
  const release = existsSync('/etc/os-release') ? read('/etc/os-release') : ''
  const machine = { asRoot: process.getuid?.() === 0, distribution: distributionOf(release) }
  for (const [what, command, args] of pythonSource(machine)) {
    console.log(`${what}: ${[command, ...args].join(' ')}`)
    run(command, args, { DEBIAN_FRONTEND: 'noninteractive' })
  }
  const installed = findPython(least, most)
  if (installed) return installed
  const range = most === 99 ? `3.${least} or newer` : `3.${least} to 3.${most}`
  const message = `needs Python ${range} with venv (on Debian the package python3-venv)`
  if (process.env.CI) fail(`The check ${message}.`)
  console.log(`Skipped: the check ${message}.`)
  process.exit(0)
}

function findPython(least, most) {
  return PYTHONS.find(name => spawnSync(name, pythonCheck(least, most), { stdio: 'ignore' }).status === 0)
}

function tool(name, ...args) {
  run(join(venv, 'bin', name), args)
}

function run(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (error || status !== 0) fail(error ? error.message : `${command.replace(root, '')} ended with status ${status}.`)
}

function read(path) {
  return readFileSync(path, 'utf8')
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
