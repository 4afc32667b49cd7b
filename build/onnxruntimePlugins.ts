import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const distributed = (file: string) => new URL(`../node_modules/onnxruntime-web/dist/${file}`, import.meta.url)

/**
 * Serves onnxruntime-web's loaders and .wasm files under their own names beside the worker: in `folder` of a build, and
 * in any folder of the dev server. No CDN is ever asked.
 * @param builds the builds of onnxruntime-web, a loader and a .wasm file each
 */
export function onnxruntimeBeside(
  folder: string,
  builds = ['ort-wasm-simd-threaded', 'ort-wasm-simd-threaded.jspi', 'ort-wasm-simd-threaded.asyncify'],
): Plugin {
  const files = builds.flatMap(build => [`${build}.mjs`, `${build}.wasm`])
  return {
    name: 'onnxruntime-beside',
    async generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', fileName: folder + file, source: await readFile(distributed(file)) })
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const file = basename(new URL(request.url ?? '/', 'http://localhost').pathname)
        if (!files.includes(file)) return next()
        response.setHeader('Content-Type', file.endsWith('.mjs') ? 'text/javascript' : 'application/wasm')
        for (const [name, value] of Object.entries(server.config.server.headers ?? {})) response.setHeader(name, value!)
        createReadStream(distributed(file)).pipe(response)
      })
    },
  }
}

/**
 * Takes onnxruntime-web's build for Node into the package. As a dependency it would bring 140 MB and an install script.
 * It looks for its loader and .wasm beside itself.
 */
export function onnxruntimeForNode(): Plugin {
  const source = fileURLToPath(distributed('ort.node.min.mjs'))
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
