import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type InlineConfig, type Plugin, type Rollup } from 'vite'
import type { OfflineOptions, SiteFile } from '../src/offline/siteFiles.js'

const SCRIPT = 'service-worker.js'

/** In a package build: the service worker's script beside the others, for sites to take. */
export function serviceWorkerBeside(): Plugin {
  return {
    name: 'service-worker-beside',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: SCRIPT, source: await bundle() })
    },
  }
}

/**
 * In a site's build: the service worker with the list of the site's files, public ones included.
 * @param when of a file's path, when it is to be kept; `never` for what the library keeps by itself
 */
export function serviceWorkerOfSite(when: (path: string) => 'install' | 'use' | 'never'): Plugin {
  let folder = ''
  return {
    name: 'service-worker-of-site',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir)
    },
    closeBundle: {
      sequential: true,
      order: 'post',
      async handler() {
        const options: OfflineOptions = { files: await list(folder, when) }
        await writeFile(join(folder, SCRIPT), `self.mvpRerank=${JSON.stringify(options)};\n${await bundle()}`)
      },
    },
  }
}

async function list(folder: string, when: (path: string) => 'install' | 'use' | 'never'): Promise<SiteFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .filter(path => path !== SCRIPT && when(path) !== 'never')
    .sort()
  const hashed = paths.map(async (path): Promise<SiteFile> => {
    const sha256 = createHash('sha256')
      .update(await readFile(join(folder, path)))
      .digest('hex')
    return { path, sha256, ...(when(path) === 'use' ? { when: 'use' } : {}) }
  })
  return Promise.all(hashed)
}

/** A classic script: not every browser takes modules there. */
export const serviceWorkerBuild = {
  configFile: false,
  logLevel: 'warn',
  build: {
    write: false,
    target: 'es2022',
    rolldownOptions: {
      input: fileURLToPath(new URL('../workers/service-worker.ts', import.meta.url)),
      output: { format: 'iife' },
    },
  },
} satisfies InlineConfig

async function bundle(): Promise<string> {
  const result = (await build(serviceWorkerBuild)) as Rollup.RollupOutput
  return result.output[0].code
}
