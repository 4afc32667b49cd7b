import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { INDEX_FILE, parseIndexManifest } from '../search/indexManifest.js'
import { type BuildReport, buildIndex } from './buildIndex.js'
import { documentationSources } from './documentation.js'
import { openEmbedder } from './openEmbedder.js'

/**
 * Makes the demo's index of the installed documentation, as `mvp-rerank index` would. The first time takes about a minute; what has not changed since is
 * taken over from the cache.
 * @param cache folder that outlives builds
 * @param out folder that is served
 */
export async function buildDemoIndex(root: string, cache: string, out: string): Promise<BuildReport> {
  const { sources, credits } = await documentationSources(join(root, 'node_modules'))
  const embedder = await openEmbedder(join(root, 'public/models/mvp-mini'))
  try {
    const report = await buildIndex({ sources, credits, out: cache, embedder })
    const { words, meanings } = parseIndexManifest(JSON.parse(await readFile(join(cache, INDEX_FILE), 'utf8')))
    const served = [INDEX_FILE, words.path, meanings!.path]
    await mkdir(out, { recursive: true })
    for (const name of served) await copyFile(join(cache, name), join(out, name))
    for (const name of await readdir(out)) if (!served.includes(name)) await rm(join(out, name))
    return report
  } finally {
    await embedder.dispose()
  }
}
