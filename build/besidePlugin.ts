import { basename } from 'node:path'
import type { Plugin } from 'vite'

/** Vite puts smaller files into the code as `data:`, which a strict page policy refuses to run. */
const LEAST_BYTES = 4096

/**
 * Serves modules that a worker loads when it needs them, under their own names and beside the worker: in `folder` of a
 * build, and in any folder of the dev server.
 * @param sourceOf makes a module's code
 */
export function modulesBeside(
  name: string,
  folder: string,
  files: readonly string[],
  sourceOf: (file: string) => Promise<string>,
): Plugin {
  return {
    name,
    async generateBundle() {
      for (const file of files) {
        this.emitFile({ type: 'asset', fileName: folder + file, source: padded(await sourceOf(file)) })
      }
    },
    configureServer(server) {
      server.middlewares.use(async (request, response, next) => {
        const file = basename(new URL(request.url ?? '/', 'http://localhost').pathname)
        if (!files.includes(file)) return next()
        response.setHeader('Content-Type', 'text/javascript')
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
        response.end(await sourceOf(file))
      })
    },
  }
}

/** Spaces cost next to nothing once a server compresses the file. */
function padded(source: string): string {
  return `${source}${' '.repeat(Math.max(0, LEAST_BYTES - Buffer.byteLength(source)))}`
}
