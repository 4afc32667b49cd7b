import { it } from 'vitest'
import { documentationSources } from '../../demo/corpus/documentation.js'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import { createReranker } from '../../src/node.js'
it('builds', async () => {
  const { sources, credits } = await documentationSources(`${process.cwd()}/node_modules`)
  const reranker = await createReranker({ model: `${process.cwd()}/public/models/mvp-mini`, cacheBytes: 0, threads: 1 })
  const begin = Date.now()
  const report = await buildIndex({ sources, credits, out: '.cache/search-index', tokenBytes: 2400, embedder: { model: reranker.info.model, weights: reranker.info.weights, width: 384, embed: t => reranker.embed(t), embedTokens: t => reranker.embedTokens(t) },
    onProgress: ({ phase, done, total }) => { if (phase === 'embed') console.log(done, total, (Date.now() - begin) / 1000) } })
  console.log(JSON.stringify(report))
}, 3_600_000)
