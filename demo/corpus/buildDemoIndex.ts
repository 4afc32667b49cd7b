import { createHash } from 'node:crypto'
import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type BuildProgress, type BuildReport, buildIndex } from '../../src/indexer/buildIndex.js'
import { openEmbedder } from '../../src/indexer/openEmbedder.js'
import { INDEX_FILE, parseIndexManifest, partsOf } from '../../src/search/indexManifest.js'
import { documentationSources } from './documentation.js'

interface DemoPlaces {
  /** A folder that is kept between builds. */
  cache: string
  /** The folder that is served. */
  out: string
  withEmbeddings: boolean
  onProgress: (progress: BuildProgress) => void
}

/**
 * Makes the demo's index of the installed documentation, as `mvp-rerank index` would. The first build takes about a
 * minute; later ones reuse from the cache what has not changed. When the indexer changes, all pages are read again.
 */
export async function buildDemoIndex(
  root: string,
  { cache, out, withEmbeddings, onProgress }: DemoPlaces,
): Promise<BuildReport> {
  const { sources, credits } = await documentationSources(join(root, 'node_modules'))
  const embedder = withEmbeddings ? await openEmbedder(join(root, 'public/models/mvp-mini')) : undefined
  try {
    const report = await buildIndex({
      sources,
      credits,
      out: cache,
      embedder,
      reader: await indexerHash(join(root, 'src/indexer')),
      onProgress,
    })
    const manifest = parseIndexManifest(JSON.parse(await readFile(join(cache, INDEX_FILE), 'utf8')))
    const { words, embeddings, tokens } = manifest
    const served = [
      INDEX_FILE,
      ...[words, embeddings, tokens].flatMap(file => (file ? partsOf(file) : [])).map(({ path }) => path),
    ]
    await mkdir(out, { recursive: true })
    for (const name of served) await copyFile(join(cache, name), join(out, name))
    for (const name of await readdir(out)) if (!served.includes(name)) await rm(join(out, name))
    return report
  } finally {
    await embedder?.dispose()
  }
}

async function indexerHash(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.ts'))
  for (const name of names.sort()) hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex')
}
