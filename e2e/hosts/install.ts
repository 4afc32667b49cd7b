import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { install, packedPackage } from '../support/scratchProject.js'
import type { Host } from './host.js'
import { writeSite } from './site.js'

const FIXTURES = 'e2e/hosts/fixtures'

/** Nodes of other versions come as packages too. */
const NODE = `node-${process.platform}-${process.arch}`

export interface Installed {
  /** The host's own folder. */
  folder(host: Host): string
  /** The version of a host that was installed. */
  version(host: Host): string
  /** Where the Node lies that the host needs, if not this one. */
  nodeFolder(host: Host): string | undefined
  remove(): void
}

/**
 * Copies the hosts' fixtures into a scratch folder and installs the package and what they need: several hosts share one
 * installation, as the workspaces of one repository do.
 */
export function installHosts(hosts: readonly Host[]): Installed {
  const root = mkdtempSync(join(tmpdir(), 'mvp-rerank-hosts-'))
  const folder = (host: Host) => join(root, folderName(host))
  const workspaces = hosts.map(folderName)
  try {
    cpSync(packedPackage(), join(root, 'mvp-rerank.tgz'))
    for (const host of hosts) copyFixture(host, folder(host))
    if (hosts.length > 1) {
      writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'hosts', private: true, workspaces }))
      install(root, ['--ignore-scripts'])
      // A package was missing once after a first install, and there after a second.
      if (!hosts.every(host => isComplete(folder(host)))) install(root, ['--ignore-scripts'])
    } else {
      install(folder(hosts[0]!), ['--ignore-scripts', ...(hosts[0]!.npm ?? [])])
    }
  } catch (error) {
    rmSync(root, { recursive: true })
    throw error
  }
  return {
    folder,
    version: host =>
      host.package === 'node' ? nodeVersion(host, folder(host)) : versionOf(host.package, folder(host)),
    nodeFolder: host => (host.node ? join(folder(host), 'node_modules', NODE, 'bin') : undefined),
    remove: () => rmSync(root, { recursive: true }),
  }
}

function folderName({ name }: Host): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

function copyFixture(host: Host, folder: string): void {
  cpSync(join(FIXTURES, host.fixture), folder, { recursive: true })
  cpSync(join(FIXTURES, 'rank.js'), join(folder, 'rank.js'))
  writeSite(join(folder, host.publicFolder ?? 'public'))
  const file = join(folder, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  for (const kind of ['dependencies', 'devDependencies']) {
    for (const name of Object.keys(manifest[kind] ?? {}))
      manifest[kind][name] = host.versions?.[name] ?? manifest[kind][name]
  }
  Object.assign(manifest.dependencies, host.adds)
  if (host.node) manifest.devDependencies = { ...manifest.devDependencies, [NODE]: `^${host.node}.0.0` }
  writeFileSync(file, JSON.stringify({ ...manifest, name: folderName(host) }))
}

/** Whether all that a host's package.json names is installed. */
function isComplete(folder: string): boolean {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return Object.keys({ ...dependencies, ...devDependencies }).every(name =>
    [folder, join(folder, '..')].some(place => existsSync(join(place, 'node_modules', name, 'package.json'))),
  )
}

function nodeVersion(host: Host, folder: string): string {
  return host.node ? versionOf(NODE, folder) : process.versions.node
}

function versionOf(name: string, folder: string): string {
  for (const place of [folder, join(folder, '..')]) {
    try {
      return JSON.parse(readFileSync(resolve(place, 'node_modules', name, 'package.json'), 'utf8')).version
    } catch {}
  }
  throw new Error(`${name} is not installed in ${folder}.`)
}
