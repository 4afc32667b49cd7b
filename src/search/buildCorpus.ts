import { readdir, readFile } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import type { CorpusFile } from './corpus.js'
import { splitSections } from './splitSections.js'

/** A dev-dependency whose npm package holds documentation. */
export interface DocumentationSource {
  /** Name in node_modules. */
  package: string
  /** Files and folders of Markdown inside the package. */
  include: string[]
  /** Where the package's files can be read on the web; `{version}` is replaced. */
  files: string
  homepage: string
}

export const documentationSources: DocumentationSource[] = [
  {
    package: 'fastify',
    include: ['docs', 'README.md'],
    files: 'https://github.com/fastify/fastify/blob/v{version}/',
    homepage: 'https://fastify.dev/',
  },
  {
    package: 'undici',
    include: ['docs', 'README.md'],
    files: 'https://github.com/nodejs/undici/blob/v{version}/',
    homepage: 'https://undici.nodejs.org/',
  },
  {
    package: 'pino',
    include: ['docs', 'README.md'],
    files: 'https://github.com/pinojs/pino/blob/v{version}/',
    homepage: 'https://getpino.io/',
  },
  {
    package: 'commander',
    include: ['Readme.md'],
    files: 'https://github.com/tj/commander.js/blob/v{version}/',
    homepage: 'https://github.com/tj/commander.js',
  },
  {
    package: 'ws',
    include: ['README.md'],
    files: 'https://github.com/websockets/ws/blob/{version}/',
    homepage: 'https://github.com/websockets/ws',
  },
]

/** Sections shorter than this hold no answer: a stray word, a badge, a "see above". In characters. */
const shortestText = 40

/** Reads the documentation of installed packages. The order of files is the same on every machine. */
export async function buildCorpus(nodeModules: string, sources = documentationSources): Promise<CorpusFile> {
  const corpus: CorpusFile = { packages: [], pages: [], sections: [] }
  for (const source of sources) {
    const root = join(nodeModules, source.package)
    const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
    const packageIndex = corpus.packages.length
    corpus.packages.push({
      name: source.package,
      version,
      licence: license,
      licenceText: await readFile(join(root, 'LICENSE'), 'utf8'),
      homepage: source.homepage,
    })
    for (const file of await markdownFiles(root, source.include)) {
      const fallbackTitle = basename(file, '.md').replaceAll('-', ' ')
      const page = splitSections(await readFile(file, 'utf8'), { fallbackTitle })
      const sections = page.sections.filter(({ text }) => text.length >= shortestText)
      if (sections.length === 0) continue
      const pageIndex = corpus.pages.length
      const path = relative(root, file).split(sep).map(encodeURIComponent).join('/')
      corpus.pages.push([packageIndex, page.title, source.files.replace('{version}', version) + path])
      for (const { anchor, path, text } of sections) corpus.sections.push([pageIndex, anchor, path, text])
    }
  }
  return corpus
}

async function markdownFiles(root: string, include: string[]): Promise<string[]> {
  const files: string[] = []
  for (const entry of include) {
    if (entry.endsWith('.md')) files.push(join(root, entry))
    else {
      const names = await readdir(join(root, entry), { recursive: true })
      files.push(
        ...names
          .filter(name => name.endsWith('.md'))
          .sort()
          .map(name => join(root, entry, name)),
      )
    }
  }
  return files
}
