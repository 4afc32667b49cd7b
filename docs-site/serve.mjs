/** Serves the built documentation site. WebAssembly runs on more than one thread only with these headers. */
import { join } from 'node:path'
import { preview } from 'vite'
import { root } from './pages.mjs'

const server = await preview({
  configFile: false,
  root,
  appType: 'mpa',
  build: { outDir: join(root, '.cache/docs/site') },
  preview: {
    port: 4174,
    headers: {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    },
  },
})
server.printUrls()
