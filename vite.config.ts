import { defaultClientConditions, defaultServerConditions, defineConfig, type UserConfig } from 'vite'
import { developmentEntry, readableByBundlers, withoutAddresses } from './build/bundlerPlugins.js'
import { documentationIndex } from './build/demoIndexPlugin.js'
import { elementManifest } from './build/elementManifest.js'
import { familiesBeside } from './build/familiesPlugin.js'
import { kernelsWithin } from './build/kernelsPlugin.js'
import { onnxruntimeBeside, onnxruntimeForNode } from './build/onnxruntimePlugins.js'
import {
  clientBeside,
  compactTemplates,
  declaredEmpty,
  executable,
  versionAlone,
  withoutPreload,
  withoutProxies,
  workerBeside,
} from './build/packagePlugins.js'
import { serviceWorkerBeside, serviceWorkerOfSite } from './build/serviceWorkerPlugin.js'
import { stemmersBeside } from './build/stemmersPlugin.js'

/**
 * One config for several builds, chosen by `--mode`:
 *   (default)  the demo page, index.html → dist-site/
 *   library    the client for the main thread, src/index.ts → dist/index.js
 *   element    the search element, src/element/index.ts → dist/search.js, which loads index.js on first use
 *   remote     the remote reranker, src/remote.ts → dist/remote.js
 *   adapters   src/adapters → dist/adapters/, one file for each framework
 *   worker     the worker with onnxruntime's files and the model families beside it → dist/rerank.worker.js
 *   kernels    the worker that computes by our own kernels → dist/kernels.worker.js
 *   search     the worker that searches a site's index, with the stemmers beside it → dist/search.worker.js
 *   node       src/node.ts and src/cli/main.ts → dist/node.js, dist/cli/main.js
 */
export default defineConfig(({ mode }) => {
  const build = builds[mode]
  return build ? { ...common, ...build } : { ...common, ...site }
})

/** WebAssembly threads need SharedArrayBuffer, which browsers grant only to cross-origin isolated pages. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

/**
 * Selects onnxruntime-web's API without its loader: loader and .wasm stay separate files, which its threads load too.
 */
const EXTERN_WASM = 'onnxruntime-web-use-extern-wasm'

const common: UserConfig = {
  // Relative, so the page works in any folder of a server, and the library wherever the package is unpacked.
  base: './',
  resolve: { conditions: [EXTERN_WASM, ...defaultClientConditions] },
  server: { headers: isolation },
  preview: { headers: isolation },
  worker: { format: 'es', plugins: () => [kernelsWithin(), versionAlone()] },
  // Pre-bundling would separate onnxruntime's files from the .wasm beside them. An insecure page loads @noble/hashes
  // late, and the dev server would then pre-bundle it and reload the page.
  optimizeDeps: { exclude: ['onnxruntime-web', '@noble/hashes'] },
}

const site: UserConfig = {
  plugins: [
    documentationIndex(),
    compactTemplates(),
    kernelsWithin(),
    versionAlone(),
    onnxruntimeBeside('assets/'),
    familiesBeside('assets/'),
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

/**
 * A browser runs one build of onnxruntime, needs few of the families and stemmers, token codes only beside a model, and
 * transformers.js only to compare: these are kept once a page asks for them. The library keeps models.
 */
function whenKept(path: string): 'install' | 'use' | 'never' {
  if (path.startsWith('models/')) return 'never'
  return /^(?:assets\/(?:ort[.-]|kernel|family-|stemmer-|peer\.worker-)|search\/tokens-)/.test(path) ? 'use' : 'install'
}

const builds: Record<string, UserConfig> = {
  library: {
    plugins: [workerBeside(), withoutProxies(), readableByBundlers(), developmentEntry(), withoutAddresses()],
    publicDir: false,
    // The first of the package's builds clears the folder.
    build: { ...packageBuild(undefined, { index: 'src/index.ts' }), emptyOutDir: true },
  },
  element: {
    plugins: [
      clientBeside(),
      compactTemplates(),
      withoutPreload(),
      readableByBundlers(),
      developmentEntry(),
      elementManifest(),
    ],
    publicDir: false,
    build: packageBuild(undefined, { search: 'src/element/index.ts' }),
  },
  remote: { publicDir: false, build: packageBuild(undefined, { remote: 'src/remote.ts' }) },
  adapters: {
    publicDir: false,
    build: packageBuild('adapters/shared', {
      'adapters/langchain': 'src/adapters/langchain.ts',
      'adapters/llamaindex': 'src/adapters/llamaindex.ts',
      'adapters/ai-sdk': 'src/adapters/aiSdk.ts',
    }),
  },
  worker: {
    plugins: [
      onnxruntimeBeside(''),
      familiesBeside(''),
      versionAlone(),
      withoutPreload(),
      readableByBundlers(),
      declaredEmpty('rerank.worker.d.ts'),
      serviceWorkerBeside(),
    ],
    publicDir: false,
    // One file: a worker that is moved or bundled again would not find its chunks.
    build: packageBuild(undefined, { 'rerank.worker': 'workers/rerank.worker.ts' }),
  },
  kernels: {
    plugins: [
      kernelsWithin(),
      versionAlone(),
      withoutPreload(),
      readableByBundlers(),
      declaredEmpty('kernels.worker.d.ts'),
    ],
    publicDir: false,
    build: packageBuild(undefined, { 'kernels.worker': 'workers/kernels.worker.ts' }),
  },
  search: {
    plugins: [stemmersBeside(''), withoutPreload(), readableByBundlers(), declaredEmpty('search.worker.d.ts')],
    publicDir: false,
    build: packageBuild(undefined, { 'search.worker': 'workers/search.worker.ts' }),
  },
  node: {
    plugins: [
      onnxruntimeForNode(),
      kernelsWithin(),
      onnxruntimeBeside('', ['ort-wasm-simd-threaded']),
      versionAlone(),
      executable('cli/main.js'),
    ],
    publicDir: false,
    // The web builds of dependencies: their Node builds would bring more packages along.
    ssr: {
      noExternal: true,
      external: ['onnxruntime-node'],
      resolve: { conditions: defaultServerConditions.filter(condition => condition !== 'node') },
    },
    build: {
      ...packageBuild('shared', {
        node: 'src/node.ts',
        'cli/main': 'src/cli/main.ts',
        'cli/embedWorker': 'src/indexer/embedWorker.ts',
      }),
      ssr: true,
      target: 'node20',
    },
  },
}

/**
 * A build into dist/ without hashes in names: package.json names the files, and they find each other by name.
 * @param chunks the folder for the build's chunks, so that builds do not overwrite each other's; absent: no chunks
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
