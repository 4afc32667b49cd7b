/**
 * Installs what a bare clone lacks, the npm packages and a browser, and says so. It needs only Node, and takes no time
 * if nothing is missing.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { browserSource, distributionOf, otherBrowsersSource } from './browserSource.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const toTest = process.argv.includes('--browser-for-tests')
const toTestAll = process.argv.includes('--all-browsers')

requireNode(20, 19)
installPackages()
installBrowser()
if (toTestAll) installOtherBrowsers()

function requireNode(major, minor) {
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number)
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return
  fail(`Node ${major}.${minor} or newer is needed; this is ${process.version}. See https://nodejs.org/.`)
}

/** Compares versions with the lock file that `npm ci` leaves in node_modules. */
function installPackages() {
  const wanted = lockedPackages('package-lock.json')
  const installed = lockedPackages('node_modules/.package-lock.json')
  const missing = Object.keys(wanted).filter(
    path => path && !wanted[path].optional && installed[path]?.version !== wanted[path].version,
  )
  if (missing.length === 0) return
  run('Installing the npm packages', 'npm', ['ci', '--include=dev'])
}

function lockedPackages(file) {
  const path = join(root, file)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : {}
}

/** Tests need a Chromium. The demo works in any browser, even on another machine, so for it this may fail. */
function installBrowser() {
  if (existsSync('/usr/bin/chromium')) return
  if (!toTest && hasSomeBrowser()) return
  for (const [what, command, args] of browserSource(machine(), join(root, 'node_modules/playwright/cli.js'))) {
    run(what, command, args, toTest)
  }
}

/** This may fail: tests in a missing browser are reported as not run. */
function installOtherBrowsers() {
  if (['firefox-esr', 'WebKitWebDriver', 'Xvfb'].every(name => existsSync(join('/usr/bin', name)))) return
  const source = otherBrowsersSource(machine())
  if (source.length === 0)
    console.warn('Firefox and WebKitGTK are installed as root on Debian alone: their tests may not run.')
  for (const [what, command, args] of source) run(what, command, args, false)
}

function machine() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return { asRoot: process.getuid?.() === 0, distribution: distributionOf(release) }
}

function hasSomeBrowser() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  const names = ['x-www-browser', 'google-chrome', 'chromium-browser', 'firefox', 'microsoft-edge']
  return names.some(name => (process.env.PATH ?? '').split(delimiter).some(folder => isExecutable(join(folder, name))))
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function run(what, command, args, required = true) {
  console.log(`${what}: ${[command, ...args].join(' ').replaceAll(root, '')}`)
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    shell: process.platform === 'win32',
  })
  if (!error && status === 0) return
  const message = `${what} failed. ${error?.message ?? `${command} ended with status ${status}.`}`
  if (required) fail(message)
  console.warn(message)
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
