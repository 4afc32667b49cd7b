import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { IndexCredit } from '../../src/api/search.js'
import type { IndexSource } from '../../src/indexer/readSources.js'
import corpus from './package.json' with { type: 'json' }

/** Where the documentation of a package lies. */
interface Documentation {
  /** Files and folders of Markdown inside the package. */
  include: string[]
  /** Where the package's files can be read on the web; `{version}` is replaced. */
  files: string
  homepage: string
}

type Name = keyof typeof corpus.devDependencies

/** For each package that `package.json` beside this file pins. The order is that of the index. */
const documentation: Record<Name, Documentation> = {
  fastify: {
    include: ['docs', 'README.md'],
    files: 'https://github.com/fastify/fastify/blob/v{version}/',
    homepage: 'https://fastify.dev/',
  },
  undici: {
    include: ['docs', 'README.md'],
    files: 'https://github.com/nodejs/undici/blob/v{version}/',
    homepage: 'https://undici.nodejs.org/',
  },
  pino: {
    include: ['docs', 'README.md'],
    files: 'https://github.com/pinojs/pino/blob/v{version}/',
    homepage: 'https://getpino.io/',
  },
  commander: {
    include: ['Readme.md'],
    files: 'https://github.com/tj/commander.js/blob/v{version}/',
    homepage: 'https://github.com/tj/commander.js',
  },
  ws: {
    include: ['README.md'],
    files: 'https://github.com/websockets/ws/blob/{version}/',
    homepage: 'https://github.com/websockets/ws',
  },
}

/**
 * The documentation of installed packages, as sources of an index: the demo's corpus.
 * @throws Error for a package of another version than the pinned one
 */
export async function documentationSources(
  nodeModules: string,
): Promise<{ sources: IndexSource[]; credits: IndexCredit[] }> {
  const sources: IndexSource[] = []
  const credits: IndexCredit[] = []
  for (const [name, { include, files, homepage }] of Object.entries(documentation) as [Name, Documentation][]) {
    const root = join(nodeModules, name)
    const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const pinned = corpus.devDependencies[name]
    if (version !== pinned) throw new Error(`${name} ${version} is installed, not ${pinned}: run npm ci.`)
    const licenceText = await readFile(join(root, 'LICENSE'), 'utf8')
    credits.push({ name, version, licence: license, licenceText, url: homepage })
    for (const entry of include) {
      const base = files.replace('{version}', version) + (entry.endsWith('.md') ? '' : `${entry}/`)
      sources.push({ from: join(root, entry), urls: { base, links: 'file' }, filters: { section: [name] } })
    }
  }
  return { sources, credits }
}
