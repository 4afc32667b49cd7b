import type { Plugin } from 'vite'
import { KERNEL_BUILDS } from '../src/kernels/kernelBuild.js'
import { compileKernels } from './compileKernels.js'

/**
 * Compiles kernels/ and fills in the module that holds the builds as text. They are 10 kB each, so a worker carries
 * them, and no page or bundler has to know a file of theirs.
 */
export function kernelsWithin(): Plugin {
  return {
    name: 'kernels-within',
    enforce: 'pre',
    load: {
      filter: { id: /\/src\/kernels\/kernelTexts\.ts$/ },
      async handler() {
        const texts: Record<string, string> = {}
        for (const build of KERNEL_BUILDS) {
          texts[build] = Buffer.from(await compileKernels(build)).toString('base64')
        }
        return `export const kernelTexts = ${JSON.stringify(texts)}`
      },
    },
  }
}
