import { createReadStream } from 'node:fs'
import { chmod, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defaultClientConditions, defaultServerConditions, defineConfig, type Plugin, type UserConfig } from 'vite'
import { documentationIndex } from './build/demoIndexPlugin.js'
import { elementManifest } from './build/elementManifest.js'
import { serviceWorkerBeside, serviceWorkerOfSite } from './build/serviceWorkerPlugin.js'
import { stemmersBeside } from './build/stemmersPlugin.js'

/**
 * One config, several builds, told apart by `--mode`:
 *   (default)  the demo page, index.html → dist-site/
 *   library    the main thread's part, src/index.ts → dist/index.js
 *   element    the search element, src/element/index.ts → dist/search.js, which loads index.js when it is used
 *   remote     the reranker elsewhere, src/remote.ts → dist/remote.js
 *   worker     the worker with onnxruntime's loader and .wasm files beside it → dist/rerank.worker.js
 *   search     the worker that searches a site's index, with the stemmers beside it → dist/search.worker.js
 *   node       src/node.ts and src/cli/main.ts → dist/node.js, dist/cli/main.js
 */
export default defineConfig(({ mode }) => {
  const build = builds[mode]
  return build ? { ...common, ...build } : { ...common, ...site }
})

/** Threads of WebAssembly need SharedArrayBuffer, which browsers give only to pages that are cross-origin isolated. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/** The API of onnxruntime-web without its loader inside: loader and .wasm stay files of their own, which its threads load too. */
const EXTERN_WASM = 'onnxruntime-web-use-extern-wasm'

const common: UserConfig = {
  // Relative, so that the page works in any folder of a server, and the library wherever a package is unpacked.
  base: './',
  resolve: { conditions: [EXTERN_WASM, ...defaultClientConditions] },
  server: { headers: isolation },
  preview: { headers: isolation },
  worker: { format: 'es' },
  // Pre-bundling would move onnxruntime's files away from the .wasm that they look for beside themselves.
  // @noble/hashes is loaded where a page is insecure; found that late, it would make the dev server reload the page.
  optimizeDeps: { exclude: ['onnxruntime-web', '@noble/hashes'] },
}

const site: UserConfig = {
  plugins: [
    documentationIndex(),
    onnxruntimeBeside('assets/'),
    stemmersBeside('assets/'),
    serviceWorkerOfSite(whenKept),
  ],
  build: {
    target: 'es2022',
    outDir: 'dist-site',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input: { index: 'index.html', bench: 'bench/index.html' },
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'figures',
              test: /node_modules\/(@observablehq|d3|internmap|delaunator|robust|isoformat|interval-tree|binary-search)/,
            },
          ],
        },
      },
    },
  },
}

/** Of onnxruntime a browser runs one build, and of the stemmers it needs few, so they are kept once a worker asks for them. Models are kept by the library. */
function whenKept(path: string): 'install' | 'use' | 'never' {
  if (path.startsWith('models/')) return 'never'
  return /^assets\/(?:ort[.-]|stemmer-)/.test(path) ? 'use' : 'install'
}

const builds: Record<string, UserConfig> = {
  library: {
    plugins: [workerBeside(), readableByBundlers(), developmentEntry(), withoutAddresses()],
    publicDir: false,
    // The first of the package's builds clears the folder.
    build: { ...packageBuild(undefined, { index: 'src/index.ts' }), emptyOutDir: true },
  },
  element: {
    plugins: [clientBeside(), readableByBundlers(), developmentEntry(), elementManifest()],
    publicDir: false,
    build: packageBuild(undefined, { search: 'src/element/index.ts' }),
  },
  remote: { publicDir: false, build: packageBuild(undefined, { remote: 'src/remote.ts' }) },
  worker: {
    plugins: [
      onnxruntimeBeside(''),
      withoutPreload(),
      readableByBundlers(),
      declaredEmpty('rerank.worker.d.ts'),
      serviceWorkerBeside(),
    ],
    publicDir: false,
    // One file: a worker that is moved or bundled again finds no chunks of its own.
    build: packageBuild(undefined, { 'rerank.worker': 'workers/rerank.worker.ts' }),
  },
  search: {
    plugins: [stemmersBeside(''), withoutPreload(), readableByBundlers(), declaredEmpty('search.worker.d.ts')],
    publicDir: false,
    build: packageBuild(undefined, { 'search.worker': 'workers/search.worker.ts' }),
  },
  node: {
    plugins: [onnxruntimeForNode(), onnxruntimeBeside('', ['ort-wasm-simd-threaded']), executable('cli/main.js')],
    publicDir: false,
    // The web build of the tokenizer library: its Node build would bring sharp and onnxruntime-node along.
    ssr: {
      noExternal: true,
      external: ['onnxruntime-node'],
      resolve: { conditions: defaultServerConditions.filter(condition => condition !== 'node') },
    },
    build: {
      ...packageBuild('shared', { node: 'src/node.ts', 'cli/main': 'src/cli/main.ts' }),
      ssr: true,
      target: 'node20',
    },
  },
}

/**
 * A build into dist/ that keeps names: what package.json names must not carry a hash, and files find each other by name.
 * @param chunks folder of the build's own chunks, so that builds do not overwrite one another's; without it there are none
 */
function packageBuild(chunks: string | undefined, input: Record<string, string>): NonNullable<UserConfig['build']> {
  return {
    target: 'es2022',
    outDir: 'dist',
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      input,
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: '[name].js',
        assetFileNames: '[name][extname]',
        ...(chunks === undefined ? { codeSplitting: false } : { chunkFileNames: `${chunks}/[name].js` }),
      },
    },
  }
}

/**
 * In the library a worker is a file beside index.js, complete in itself. Its address is written in the form in which the bundlers of our users
 * recognise a file that they must take along; `new Worker(new URL(…))`, which they would build anew, is refused by pages with Trusted Types.
 */
function workerBeside(): Plugin {
  const files = [
    { module: '/src/threads/rerankWorkerFile.ts', name: 'workerFile', file: 'rerank.worker.js' },
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

/** The element's file holds no second copy of the client: it imports the one beside itself, and only once it is used. */
function clientBeside(): Plugin {
  return {
    name: 'client-beside',
    enforce: 'pre',
    resolveId: (id, importer) =>
      id.endsWith('/index.js') &&
      importer?.includes('/src/element/') &&
      fileURLToPath(new URL(id, `file://${importer}`)) === clientModule
        ? { id: './index.js', external: 'relative' }
        : null,
  }
}

const clientModule = fileURLToPath(new URL('src/index.js', import.meta.url))

/**
 * Minifying leaves back ticks and no comments, and sees through onnxruntime's disguise. Bundlers want the addresses of files as plain strings, and
 * must see neither onnxruntime's own import nor its guess at its own address.
 */
function readableByBundlers(): Plugin {
  return {
    name: 'readable-by-bundlers',
    generateBundle(_, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        chunk.code = chunk.code
          .replace(/new URL\(`(\.\/[^`$]*)`,\s*import\.meta\.url\)/g, "new URL('$1',import.meta.url)")
          .replace(/\bimport\(`(\.\/[^`$]*)`\)/g, "import('$1')")
          .replace(/new URL\((?=`ort\.)/g, 'new globalThis.URL(')
          .replace(/\bimport\((?=[\w$]+\))/g, 'import(/*webpackIgnore:true*//*@vite-ignore*/')
      }
    },
  }
}

/**
 * A copy of an entry, for the export condition `development`. In development Vite 5 to 7, and the frameworks on them, bundle packages into a folder of
 * their own and leave the files beside an entry behind, but they take only `.js` and `.ts` for that. Other bundlers read the copy as plain JavaScript.
 */
function developmentEntry(): Plugin {
  return {
    name: 'development-entry',
    generateBundle: {
      // Vite itself still changes the code of imports here.
      order: 'post',
      handler(_, bundle) {
        for (const chunk of Object.values(bundle)) {
          if (chunk.type !== 'chunk') continue
          const fileName = developmentName(chunk.fileName)
          const source = chunk.code.replaceAll('./index.js', developmentName('./index.js'))
          this.emitFile({ type: 'asset', fileName, source })
        }
      },
    },
  }
}

/**
 * A copy of the client for Parcel, the one bundler that reads `main` and not `exports`: it would take the files beside the client apart, and fails on those
 * of onnxruntime. In the copy it does not see them; pages say where the workers are.
 */
function withoutAddresses(): Plugin {
  return {
    name: 'without-addresses',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const client = bundle['index.js']
        if (client?.type !== 'chunk') return
        const source = client.code.replace(/new URL\((?='\.\/)/g, 'new globalThis.URL(')
        this.emitFile({ type: 'asset', fileName: 'index.unbundled.js', source })
      },
    },
  }
}

function developmentName(file: string): string {
  return file.replace(/\.js$/, '.development.jsx')
}

/**
 * Serves onnxruntime-web's loaders and .wasm files, one pair for each flavour, under their own names and beside the worker: in `folder` of a build,
 * and in any folder of the dev server. No CDN is ever asked.
 */
function onnxruntimeBeside(
  folder: string,
  flavours = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.jspi', 'ort-wasm-simd-threaded.asyncify'],
): Plugin {
  const files = flavours.flatMap(flavour => [`${flavour}.mjs`, `${flavour}.wasm`])
  const source = (file: string) => new URL(`node_modules/onnxruntime-web/dist/${file}`, import.meta.url)
  return {
    name: 'onnxruntime-beside',
    async generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', fileName: folder + file, source: await readFile(source(file)) })
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = basename(new URL(request.url ?? '/', 'http://localhost').pathname)
        if (!files.includes(file)) return next()
        response.setHeader('Content-Type', file.endsWith('.mjs') ? 'text/javascript' : 'application/wasm')
        for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value)
        createReadStream(source(file)).pipe(response)
      })
    },
  }
}

/** What a page may need to import a chunk, style sheets and all, a worker that is one file does not; and it reads as an import of anything. */
function withoutPreload(): Plugin {
  return {
    name: 'without-preload',
    enforce: 'pre',
    load: id => (id.endsWith('vite/preload-helper.js') ? 'export const __vitePreload = load => load()' : null),
  }
}

/** The worker is a module without exports; TypeScript wants that said before a program may import it. */
function declaredEmpty(fileName: string): Plugin {
  return {
    name: 'declared-empty',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName, source: 'export {}\n' })
    },
  }
}

/**
 * Takes onnxruntime-web's build for Node into the package: as a dependency it would bring 140 MB and an install script along. It looks for loader and
 * .wasm beside itself.
 */
function onnxruntimeForNode(): Plugin {
  const source = fileURLToPath(new URL('node_modules/onnxruntime-web/dist/ort.node.min.mjs', import.meta.url))
  return {
    name: 'onnxruntime-for-node',
    enforce: 'pre',
    resolveId: id => (id === 'onnxruntime-web' ? source : null),
    outputOptions: options => ({
      ...options,
      chunkFileNames: chunk => (chunk.name.startsWith('ort.node') ? '[name].js' : 'shared/[name].js'),
    }),
  }
}

/** npm makes a command executable when it installs a package; here the package is run where it was built. */
function executable(file: string): Plugin {
  return {
    name: 'executable',
    writeBundle: ({ dir }) => chmod(join(dir!, file), 0o755),
  }
}
