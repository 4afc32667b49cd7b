import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Reranker } from '../api/ranking.js'
import { buildIndex } from '../indexer/buildIndex.js'
import { openEmbedder } from '../indexer/openEmbedder.js'
import { asPassage, createReranker, openSearch, siteFusion } from '../node.js'

const MODEL = 'mvp-mini-q4'

let folder = ''
let index = ''
let reranker: Reranker

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-folder-'))
  index = join(folder, 'index')
  await mkdir(join(folder, 'site'))
  await writeFile(
    join(folder, 'site/server.md'),
    '# Server\n\n## Closing\n\nNo new connections are accepted; what is under way is finished first.\n\n## Limits\n\nUploads over 8 MB are refused.\n',
  )
  await writeFile(
    join(folder, 'site/bread.md'),
    '# Bread\n\n## Rising\n\nYeast gives off the gas that makes dough rise.\n',
  )
  const embedder = await openEmbedder(MODEL)
  const sources = [{ from: join(folder, 'site'), urls: { base: '/', links: 'clean' as const } }]
  await buildIndex({ sources, out: index, embedder })
  await embedder.dispose()
  reranker = await createReranker({ model: MODEL })
})
afterAll(async () => {
  await reranker.dispose()
  await rm(folder, { recursive: true })
})

it('finds by words, by meaning and by the model, and reads sections', async () => {
  const site = await openSearch({ src: index })
  expect(site.info).toMatchObject({ sections: 3, pages: 2, embeddings: { model: MODEL } })
  const words = await site.query('uploads')
  expect(words.candidates.map(({ url }) => url)).toEqual(['/server#limits'])

  const query = 'stop the service without dropping requests'
  const [vector] = await reranker.embed([query], { tokens: true })
  const { candidates } = await site.query(query, { vector: vector! })
  // The first answer has late interaction: the file is at hand.
  expect(candidates[0]!.semantic!.lateInteraction).toBeGreaterThan(0)
  const { results } = await reranker.rank(query, candidates.map(asPassage), { fusion: siteFusion(reranker.info) })
  const best = candidates[results[0]!.index]!
  expect(best.url).toBe('/server#closing')
  expect((await site.sections([best.id, 99]))[0]!.text).toMatch(/^No new connections/)
  await site.dispose()
  await expect(site.query('uploads')).rejects.toMatchObject({ code: 'disposed' })
})

it('says what is wrong with an index', async () => {
  const broken = join(folder, 'broken')
  await expect(openSearch({ src: join(folder, 'none') })).rejects.toMatchObject({ code: 'index-not-found' })
  await cp(index, broken, { recursive: true })
  const words = (await readdir(broken)).find(name => name.startsWith('words-'))!
  const bytes = await readFile(join(broken, words))
  bytes[20]! ^= 1
  await writeFile(join(broken, words), bytes)
  await expect(openSearch({ src: broken })).rejects.toMatchObject({ code: 'hash-mismatch' })
  await writeFile(join(broken, 'index.json'), '{')
  await expect(openSearch({ src: broken })).rejects.toMatchObject({ code: 'bad-index' })
})

it('reads the codes again where that has failed', async () => {
  const lost = join(folder, 'lost')
  await cp(index, lost, { recursive: true })
  const site = await openSearch({ src: lost })
  const embeddings = (await readdir(lost)).find(name => name.startsWith('embeddings-'))!
  await rename(join(lost, embeddings), join(lost, 'elsewhere'))
  const [vector] = await reranker.embed(['bread'])
  await expect(site.query('bread', { vector: vector! })).rejects.toMatchObject({ code: 'index-not-found' })
  await rename(join(lost, 'elsewhere'), join(lost, embeddings))
  const { candidates } = await site.query('bread', { vector: vector! })
  expect(candidates[0]!.semantic).toBeDefined()
  await site.dispose()
})

it('answers nothing once it is disposed, even if a query waits for the codes', async () => {
  const site = await openSearch({ src: index })
  const [vector] = await reranker.embed(['bread'])
  const waiting = site.query('bread', { vector: vector! })
  await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'disposed' }), site.dispose()])
})

it('refuses options of another type, and ends with a signal', async () => {
  await expect(openSearch({} as never)).rejects.toMatchObject({ code: 'bad-option' })
  const site = await openSearch({ src: index })
  await expect(site.query(7 as never)).rejects.toMatchObject({ code: 'bad-query' })
  await expect(site.query('uploads', { limit: -1 })).rejects.toMatchObject({ code: 'bad-option' })
  const reason = new Error('enough')
  await expect(site.query('uploads', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  await site.dispose()
})
