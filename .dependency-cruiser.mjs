/**
 * Which room may import which: docs/ARCHITECTURE.md. Each room lists all that it may import beside itself and packages,
 * lowest first. A room imports only rooms that stand above it in this list, so there is no cycle between rooms. Type
 * imports count. `npm run check` and `npm test` enforce it.
 */
const rooms = {
  'src/api': [],
  // Retries and awaits reject with the public error class.
  'src/util': ['src/api'],
  'src/model': ['src/api', 'src/util'],
  'src/tokenizer': ['src/api', 'src/util'],
  'src/graph': ['src/api', 'src/util', 'src/model'],
  'src/store': ['src/api', 'src/util', 'src/model'],
  // Kernels take the forms of weights that graphs take.
  'src/kernels': ['src/api', 'src/util', 'src/model', 'src/graph'],
  // A session is created from a graph. Kernels are a runtime too.
  'src/runtime': ['src/api', 'src/util', 'src/model', 'src/graph', 'src/kernels'],
  // Of runtime, only the types that cross the thread: the files of onnxruntime-web and the choice of a device.
  'src/threads': ['src/api', 'src/util', 'src/runtime/ortFiles', 'src/runtime/runtimePlan'],
  // The engine writes a ranking into the arrays that cross the thread: one type, no copy.
  'src/engine': [
    'src/api',
    'src/util',
    'src/model',
    'src/tokenizer',
    'src/graph',
    'src/kernels',
    'src/runtime',
    'src/threads/rerankProtocol',
  ],
  'src/service': [
    'src/api',
    'src/util',
    'src/model',
    'src/tokenizer',
    'src/store',
    // What a thread of theirs does in a worker.
    'src/kernels',
    'src/runtime',
    'src/threads',
    'src/engine',
  ],
  // The page's side of the thread: never the engine. Bundlers move onnxruntime-web's files; the client knows where to.
  'src/client': ['src/api', 'src/util', 'src/threads', 'src/runtime/ortFiles'],
  // A remote reranker checks and shapes calls as the local one does.
  'src/remote': ['src/api', 'src/util', 'src/client'],
  // They take any reranker and import no engine.
  'src/adapters': ['src/api'],
  // Of store, the requests with retries that download an index as they download a model.
  'src/search': ['src/api', 'src/util', 'src/store', 'src/threads'],
  // Loads the package's public entry when it is first used.
  'src/element': ['src/api', 'src/util', 'src/search', 'src/index'],
  // Embeds sections with the public entry for Node.
  'src/indexer': ['src/api', 'src/util', 'src/search', 'src/node'],
  // BM25 counts the same terms as site search.
  'src/eval': ['src/api', 'src/util', 'src/search'],
  'src/server': ['src/api', 'src/util'],
  'src/offline': ['src/api', 'src/util'],
  'models/convert': ['src/api', 'src/util', 'src/model', 'src/tokenizer', 'src/graph', 'src/runtime', 'src/engine'],
  // `mvp-rerank convert` is part of the package.
  'src/cli': [
    'src/api',
    'src/util',
    'src/node',
    // `copy-assets` finds the package's models.
    'src/store/locateModel',
    // `serve` cuts documents by the model's tokens.
    'src/service/tokenCutter',
    'src/search',
    'src/indexer',
    'src/eval',
    'src/server',
    'models/convert',
  ],
  // Packages of their own use what the main package exports.
  packages: ['src/node'],
  workers: ['src'],
  demo: ['src'],
  build: ['src/search', 'src/offline', 'src/kernels/kernelBuild', 'demo/corpus', 'workers'],
}

/** The library's own worker modules give the address of a worker; they do not run its code. */
const workerAddresses = '^src/threads/(rerank|kernels|search)WorkerFile\\.ts$'

const folder = room => `^${room}(/|\\.ts$)`
/** Tests may set a scene with any room. */
const tests = '\\.test\\.ts$|/testing\\.ts$|/testWeights\\.ts$'

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Files that import each other are one file, or share something that belongs below both.',
      severity: 'error',
      from: {},
      // The threads' address modules name workers, and workers import services, which know the protocol.
      to: { circular: true, viaOnly: { pathNot: '^workers/' } },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room.replace('/', '-')}-imports-lower-rooms-only`,
      comment: `${room} may import ${allowed.join(', ') || 'no other room'}: see .dependency-cruiser.mjs.`,
      severity: 'error',
      from: { path: folder(room), pathNot: room === 'src/threads' ? `${tests}|${workerAddresses}` : tests },
      to: {
        path: '^(src|workers|models|demo|build|test|e2e|bench|packages)/',
        pathNot: [room, ...allowed].map(folder),
      },
    })),
    {
      name: 'package-entries-stay-below-the-site',
      comment: 'What users import must not reach into the demo, the build or tests.',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$', pathNot: tests },
      to: { path: '^(workers|models|demo|build|test|e2e|bench)/' },
    },
    {
      name: 'page-does-not-load-the-engine',
      comment: 'The engine runs in a worker or in Node. On the page it would be downloaded twice.',
      severity: 'error',
      from: { path: '^src/(client|remote|adapters|search|element|index\\.ts|remote\\.ts)' },
      to: { path: '^src/(engine|service|graph|tokenizer)/' },
    },
  ],
  options: {
    // TypeScript 7 has no API that the tool could parse with.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // The fixtures are sites of their own, in the languages of their hosts.
    exclude: { path: '^(dist|dist-site|packages/\\w+/dist|e2e/(hosts|adapters|generators)/fixtures)/' },
  },
}
