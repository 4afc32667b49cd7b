import { createReadStream } from 'node:fs'
import { chmod, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { defaultClientConditions, defaultServerConditions, defineConfig, type Plugin, type UserConfig } from 'vite'
import { tokenizerAlone } from './src/pipeline/tokenizerPlugin.js'
import { documentationCorpus } from './src/search/corpusPlugin.js'

/**
 * One config, four builds, told apart by `--mode`:
 *   (default)  the demo page, index.html → dist-site/
 *   library    the main thread's part, src/index.ts → dist/index.js
 *   worker     the worker with onnxruntime's loader and .wasm files beside it → dist/rerank.worker.js
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
  worker: { format: 'es', plugins: () => [tokenizerAlone()] },
  // Pre-bundling would move onnxruntime's files away from the .wasm that they look for beside themselves.
  // @noble/hashes is loaded where a page is insecure; found that late, it would make the dev server reload the page.
  optimizeDeps: { exclude: ['onnxruntime-web', '@noble/hashes'] },
}

const site: UserConfig = {
  plugins: [tokenizerAlone(), documentationCorpus(), onnxruntimeBeside('assets/')],
  build: { target: 'es2022', outDir: 'dist-site', assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
}

const builds: Record<string, UserConfig> = {
  library: {
    plugins: [workerBeside()],
    publicDir: false,
    // The first of the three builds clears the folder.
    build: { ...packageBuild('client', { index: 'src/index.ts' }), emptyOutDir: true },
  },
  worker: {
    plugins: [tokenizerAlone(), onnxruntimeBeside('')],
    publicDir: false,
    build: packageBuild('worker', { 'rerank.worker': 'workers/rerank.worker.ts' }),
  },
  node: {
    plugins: [tokenizerAlone(), executable('cli/main.js')],
    publicDir: false,
    // The web build of the tokenizer library: its Node build would bring sharp and onnxruntime-node along.
    ssr: {
      noExternal: true,
      external: ['onnxruntime-node', 'onnxruntime-web'],
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
 * @param chunks folder of the build's own chunks, so that builds do not overwrite one another's
 */
function packageBuild(chunks: string, input: Record<string, string>): NonNullable<UserConfig['build']> {
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
      output: { entryFileNames: '[name].js', chunkFileNames: `${chunks}/[name].js`, assetFileNames: '[name][extname]' },
    },
  }
}

/**
 * In the library the worker is a file beside index.js. The built text must read `new Worker(new URL('./rerank.worker.js', import.meta.url)`:
 * that is the form in which the bundlers of our users recognise a worker and follow it to the .wasm files. Vite would build a second copy of
 * the worker and write a form that they do not recognise, so the URL passes through it as a name that it knows nothing about.
 */
function workerBeside(): Plugin {
  const source = /new URL\(\s*(['"])[./]*workers\/rerank\.worker\.ts\1,\s*import\.meta\.url\s*,?\s*\)/g
  return {
    name: 'worker-beside',
    enforce: 'pre',
    transform: code => (code.includes('rerank.worker.ts') ? code.replace(source, '__RERANK_WORKER_URL__') : null),
    renderChunk: code => code.replaceAll('__RERANK_WORKER_URL__', "new URL('./rerank.worker.js', import.meta.url)"),
  }
}

/**
 * Serves onnxruntime-web's loaders and .wasm files, one pair for each flavour, under their own names and beside the worker: in `folder` of a build,
 * and in any folder of the dev server. No CDN is ever asked.
 */
function onnxruntimeBeside(folder: string): Plugin {
  const flavours = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.jspi', 'ort-wasm-simd-threaded.asyncify']
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

/** npm makes a command executable when it installs a package; here the package is run where it was built. */
function executable(file: string): Plugin {
  return {
    name: 'executable',
    writeBundle: ({ dir }) => chmod(join(dir!, file), 0o755),
  }
}
