import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

/**
 * In the library a worker is a separate, complete file beside index.js. Its address has the form in which bundlers
 * recognize a file to take along. They would rebuild `new Worker(new URL(…))`, and pages with Trusted Types refuse
 * it.
 */
export function workerBeside(): Plugin {
  const files = [
    { module: '/src/threads/rerankWorkerFile.ts', name: 'workerFile', file: 'rerank.worker.js' },
    { module: '/src/threads/kernelsWorkerFile.ts', name: 'kernelsWorkerFile', file: 'kernels.worker.js' },
    { module: '/src/threads/searchWorkerFile.ts', name: 'searchWorkerFile', file: 'search.worker.js' },
  ]
  return {
    name: 'worker-beside',
    enforce: 'pre',
    load: id => {
      const beside = files.find(({ module }) => id.endsWith(module))
      if (!beside) return null
      return `export const ${beside.name} = () => new URL(/* @vite-ignore */ './${beside.file}', import.meta.url)`
    },
  }
}

/** Keeps the client out of the element's file: it imports the client beside it on first use. */
export function clientBeside(): Plugin {
  const client = fileURLToPath(new URL('../src/index.js', import.meta.url))
  return {
    name: 'client-beside',
    enforce: 'pre',
    resolveId: (id, importer) =>
      id.endsWith('/index.js') &&
      importer?.includes('/src/element/') &&
      fileURLToPath(new URL(id, `file://${importer}`)) === client
        ? { id: './index.js', external: 'relative' }
        : null,
  }
}

/** Leaves of package.json the version, the only field that the library reads. The whole file would take 3 kB. */
export function versionAlone(): Plugin {
  const file = fileURLToPath(new URL('../package.json', import.meta.url))
  return {
    name: 'version-alone',
    enforce: 'pre',
    async load(id) {
      if (id.split('?')[0] !== file) return null
      const { version } = JSON.parse(await readFile(file, 'utf8')) as { version: string }
      return JSON.stringify({ version })
    },
  }
}

/** Leaves out Comlink's proxies, which pages do not send. With them goes the worker's end, .8 kB. */
export function withoutProxies(): Plugin {
  return {
    name: 'without-proxies',
    transform(code, id) {
      if (!id.endsWith('/comlink.mjs')) return null
      const entry = '["proxy", proxyTransferHandler],'
      if (!code.includes(entry)) this.error(`${id} has no ${entry}`)
      return { code: code.replace(entry, ''), map: null }
    },
  }
}

/** Drops the helper with which a page preloads chunks and style sheets: a worker in one file needs none. */
export function withoutPreload(): Plugin {
  return {
    name: 'without-preload',
    enforce: 'pre',
    load: id => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = load => load()' : null),
  }
}

/**
 * The element's styles and views without indentation and line breaks, the styles without comments: a thirtieth of the
 * element's compressed size.
 */
export function compactTemplates(): Plugin {
  return {
    name: 'compact-templates',
    apply: 'build',
    transform: {
      filter: { id: /\/src\/element\/(?:styles|views)\/[^/]+\.ts$/ },
      handler(code, id) {
        const lines = code.replace(/\n\s+/g, '\n').replace(/(?<=^[\w-]+:) /gm, '')
        // Boxes and grids hold the tags that begin a line: spaces before them mean nothing.
        return {
          code: id.includes('/styles/') ? withoutSpaces(lines) : withoutQuotes(lines.replace(/\n(?=[<`]|\$\{)/g, '')),
          map: null,
        }
      },
    },
  }
}

/** HTML needs no quotes around an attribute's value that is one word. */
const withoutQuotes = (html: string) => html.replace(/(?<=\s[\w-]+=)"([\w-]+)"(?=[\s>])/g, '$1')

/** Style sheets without comments and spaces that mean nothing. */
function withoutSpaces(css: string): string {
  return css
    .replace(/\/\*[\s\S]*?\*\/\n?/g, '')
    .replace(/([;{},])\n/g, '$1')
    .replace(/ (?=[{!])|(?<=,) |(?<=@media) |(?<=\([\w-]+:) /g, '')
    .replace(/;}/g, '}')
    .replace(/='([\w-]+)'/g, '=$1')
    .replace(/#(.)\1(.)\2(.)\3(?!\w)/g, '#$1$2$3')
    .replace(/ > /g, '>')
    .replace(/(?<=[ :(])0(?=\.)/g, '')
}

/** Declares a module without exports, so that TypeScript lets a program import the worker. */
export function declaredEmpty(fileName: string): Plugin {
  return {
    name: 'declared-empty',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: 'export {}\n' })
    },
  }
}

/** Makes a command executable, as npm does when it installs a package: here it also runs where it was built. */
export function executable(file: string): Plugin {
  return {
    name: 'executable',
    writeBundle: ({ dir }) => chmod(join(dir!, file), 0o755),
  }
}
