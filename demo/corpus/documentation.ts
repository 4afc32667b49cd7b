import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexCredit } from '../../src/index.js'
import type { IndexSource } from '../../src/indexer/buildIndex.js'

/** A dev-dependency whose npm package holds documentation. */
interface DocumentedPackage {
  /** Name in node_modules. */
  name: string
  /** Files and folders of Markdown inside the package. */
  include: string[]
  /** Where the package's files can be read on the web; `{version}` is replaced. */
  files: string
  homepage: string
}

const packages: DocumentedPackage[] = [
  {
    name: 'fastify',
    include: ['docs', 'README.md'],
    files: 'https://github.com/fastify/fastify/blob/v{version}/',
    homepage: 'https://fastify.dev/',
  },
  {
    name: 'undici',
    include: ['docs', 'README.md'],
    files: 'https://github.com/nodejs/undici/blob/v{version}/',
    homepage: 'https://undici.nodejs.org/',
  },
  {
    name: 'pino',
    include: ['docs', 'README.md'],
    files: 'https://github.com/pinojs/pino/blob/v{version}/',
    homepage: 'https://getpino.io/',
  },
  {
    name: 'commander',
    include: ['Readme.md'],
    files: 'https://github.com/tj/commander.js/blob/v{version}/',
    homepage: 'https://github.com/tj/commander.js',
  },
  {
    name: 'ws',
    include: ['README.md'],
    files: 'https://github.com/websockets/ws/blob/{version}/',
    homepage: 'https://github.com/websockets/ws',
  },
]

/** The documentation of installed packages, as sources of an index: the demo's corpus. */
export async function documentationSources(
  nodeModules: string,
): Promise<{ sources: IndexSource[]; credits: IndexCredit[] }> {
  const sources: IndexSource[] = []
  const credits: IndexCredit[] = []
  for (const { name, include, files, homepage } of packages) {
    const root = join(nodeModules, name)
    const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const licenceText = await readFile(join(root, 'LICENSE'), 'utf8')
    credits.push({ name, version, licence: license, licenceText, url: homepage })
    for (const entry of include) {
      const base = files.replace('{version}', version) + (entry.endsWith('.md') ? '' : `${entry}/`)
      sources.push({ from: join(root, entry), urls: { base, links: 'file' }, filters: { section: [name] } })
    }
  }
  return { sources, credits }
}
