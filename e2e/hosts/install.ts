import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install, packedPackage } from '../support/scratchProject.js'
import { test } from '../support/test.js'
import type { Host } from './host.js'
import { writeSite } from './site.js'

const FIXTURES = 'e2e/hosts/fixtures'

/** Nodes of other versions come as packages too. */
const NODE = `node-${process.platform}-${process.arch}`

export interface Installed {
  /** The host's own folder. */
  folder: string
  /** The version of the host that was installed. */
  version: string
  /** Where the Node lies that the host needs, if not this one. */
  nodeFolder: string | undefined
  remove(): void
}

/**
 * Copies the host's fixture into a scratch folder and installs the package and what it needs. Each host has its own
 * installation, as its users have.
 */
export function installHost(host: Host): Installed {
  const root = mkdtempSync(join(tmpdir(), 'mvp-rerank-host-'))
  const folder = join(root, 'site')
  const remove = () => rmSync(root, { recursive: true })
  try {
    cpSync(packedPackage(), join(root, 'mvp-rerank.tgz'))
    copyFixture(host, folder)
    install(folder, ['--ignore-scripts', ...(host.npm ?? [])])
    return {
      folder,
      version: installedVersion(host, folder),
      nodeFolder: host.node && join(folder, 'node_modules', NODE, 'bin'),
      remove,
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** Installs a host before the tests of this group, and removes it after them. */
export function installedFor(host: Host): () => Installed {
  let installed: Installed | undefined
  test.beforeAll(() => {
    installed = installHost(host)
  })
  test.afterAll(() => installed?.remove())
  return () => installed!
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
  writeFileSync(file, JSON.stringify(manifest))
}

function installedVersion(host: Host, folder: string): string {
  if (host.package === 'node' && !host.node) return process.versions.node
  const name = host.package === 'node' ? NODE : host.package
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version
}
