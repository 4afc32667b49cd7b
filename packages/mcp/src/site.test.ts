import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { buildIndex } from '../../../src/indexer/buildIndex.js'
import { openEmbedder } from '../../../src/indexer/openEmbedder.js'
import { createReranker } from '../../../src/node.js'
import { conversions } from '../../../test/convertedModels.js'
import { Site } from './site.js'

vi.mock('mvp-rerank/node', () => import('../../../src/node.js'))

const { root, converted } = conversions()

test.each([
  // Its vectors are shorter than those of its tokens, so the index has no token codes.
  ['embedder-bert', { dimensions: 8 }],
  ['cross-encoder', {}],
] as const)('finds with a model like %s, which explains nothing', async (name, options) => {
  const { out } = await converted(name, 'q8', options)
  const docs = join(root, `docs-${name}`)
  await mkdir(docs)
  await writeFile(join(docs, 'a.md'), '# Lamps\n\nA lamp gives light in the evening.\n')
  await writeFile(join(docs, 'b.md'), '# Boats\n\nA boat crosses the sea.\n')
  const embedder = 'dimensions' in options ? await openEmbedder(out) : undefined
  const index = join(root, `index-${name}`)
  await buildIndex({ sources: [{ from: docs, urls: { base: '/', links: 'clean' } }], out: index, embedder })
  await embedder?.dispose()
  const reranker = await createReranker({ model: out })
  const site = await Site.open(index, reranker)
  const found = await site.find('lamp', 2, AbortSignal.timeout(10_000), new AbortController().signal)
  expect(found).toMatchObject({ reranked: true, answered: true })
  expect(found.sections.map(({ url }) => url)).toContain('/a#lamps')
  await reranker.dispose()
})
