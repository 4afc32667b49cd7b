import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import type * as Node from '../../src/node.js'
import { openLibrary } from '../support/page.js'
import { violations } from '../support/policy.js'
import { startServer, type TestServer } from '../support/server.js'
import { expect, test } from '../support/test.js'

const BUILT = '../../dist/node.js'
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; report-uri /violations"
const TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types mvp-rerank"

const pages: Record<string, string> = {
  'server.md': `---\nversion: [1, 2]\nlanguage: en\n---\n# Server\n\nHow to begin with a server.\n
## bodyLimit\n\nThe largest payload that is accepted, in bytes. A request above it is refused.\n
## close\n\nNo new connections are accepted. What is under way is finished first, then the process may exit.\n`,
  'bread.md': `---\nversion: 2\n---\n# Bread\n\nFlour, water and salt are all that it takes to begin.\n
## Rising\n\nYeast eats sugar and gives off the gas that makes dough rise.\n
## Oven\n\nHeat turns the crust brown within half an hour.\n`,
}

let folder = ''
let server: TestServer

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'search-'))
  const docs = join(folder, 'docs')
  await mkdir(docs)
  for (const [name, text] of Object.entries(pages)) await writeFile(join(docs, name), text)
  const { createReranker } = (await import(BUILT)) as typeof Node
  const reranker = await createReranker({ model: 'public/models/mvp-mini' })
  const embedder = {
    model: 'mvp-mini',
    weights: '0'.repeat(64),
    width: 384,
    embed: (texts: readonly string[]) => reranker.embed(texts),
    embedTokens: (texts: readonly string[]) => reranker.embed(texts, { tokens: true }),
  }
  const sources = [{ from: docs, urls: { base: '/', links: 'clean' as const } }]
  await buildIndex({ sources, out: join(folder, 'good'), embedder })
  await reranker.dispose()
  const copy = (name: string) => {
    cpSync(join(folder, 'good'), join(folder, name), { recursive: true })
    return (file: string) => join(folder, name, readdirSync(join(folder, name)).find(own => own.startsWith(file))!)
  }
  const damaged = copy('damaged')('words')
  writeFileSync(damaged, readFileSync(damaged).fill(0, 100, 120))
  rmSync(copy('wordless')('words'))
  rmSync(copy('meaningless')('embeddings'))
  rmSync(copy('tokenless')('tokens'))
  const mistold = copy('mistold')('tokens')
  writeFileSync(mistold, readFileSync(mistold).fill(0, 1600, 1700))
  const later = copy('later')('index.json')
  writeFileSync(later, readFileSync(later, 'utf8').replace('"version": 2', '"version": 3'))
  server = await startServer({
    roots: [
      { prefix: '/search/', folder },
      { prefix: '/models/', folder: 'public/models' },
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/', folder: 'e2e/pages' },
    ],
    headers: path => ({
      'Content-Security-Policy': POLICY + (path.endsWith('strict.html') ? TRUSTED_TYPES : ''),
    }),
  })
})

test.afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a page with a strict policy searches by words, with filters, facets and suggestions', async ({ page }) => {
  await page.goto(`${server.origin}/strict.html`)
  const seen = await page.evaluate(async () => {
    const phases: string[] = []
    const search = await window.library.openSearch({
      src: '/search/good',
      onProgress: ({ phase, loaded, total }) => phases.push(`${phase} ${loaded === total}`),
    })
    const { candidates, facets } = await search.query('payload')
    const filtered = await search.query('begin', { filters: { version: '1' } })
    const { suggestions } = await search.query('yeastlike')
    const sections = await search.sections([candidates[0]!.id, 99])
    await search.dispose()
    return { info: search.info, phases, first: candidates[0]!, facets, filtered, suggestions, sections }
  })
  expect(seen.info).toMatchObject({
    version: 2,
    pages: 2,
    sections: 6,
    embeddings: { model: 'mvp-mini', width: 384 },
    tokens: { bytes: expect.any(Number) },
    filters: { version: ['2', '1'], language: ['en'] },
  })
  expect([seen.phases.at(0)!.slice(0, 8), seen.phases.at(-1)]).toEqual(['download', 'load true'])
  expect(seen.first).toMatchObject({
    url: '/server#bodylimit',
    title: 'Server',
    path: ['Server', 'bodyLimit'],
    source: 'words',
    terms: ['payload'],
  })
  expect(seen.facets.version).toEqual([
    { value: '1', count: 1 },
    { value: '2', count: 1 },
  ])
  expect(seen.filtered.candidates.map(({ title }) => title)).toEqual(['Server'])
  expect(seen.suggestions).toEqual(['yeast'])
  expect(seen.sections.map(({ id }) => id)).toEqual([seen.first.id])
  expect(await violations(page, server)).toEqual([])
})

test('a question without a word of the answer finds it by its meaning, and the model puts it first', async ({
  page,
}) => {
  await openLibrary(page, `${server.origin}/blank.html`)
  const { words, both, ranked } = await page.evaluate(async () => {
    const { asPassage, createReranker, openSearch } = window.library
    const [search, reranker] = await Promise.all([
      openSearch({ src: '/search/good/index.json' }),
      createReranker({ model: '/models/mvp-mini/', device: 'wasm' }),
    ])
    const question = 'how do I shut down gracefully'
    const [vector] = await reranker.embed([question])
    const words = await search.query(question)
    const both = await search.query(question, { vector: vector! })
    const { results } = await reranker.rank(question, both.candidates.map(asPassage))
    return { words: words.candidates, both: both.candidates, ranked: results.map(({ id }) => id) }
  })
  expect(words).toEqual([])
  expect(both.length).toBe(6)
  expect(both[0]).toMatchObject({ source: 'semantic', path: ['Server', 'close'], semantic: { rank: 0 } })
  expect(ranked[0]).toBe(both[0]!.id)
})

test('token codes are fetched as a whole, in the background, and order the candidates', async ({ page }) => {
  await openLibrary(page, `${server.origin}/blank.html`)
  const before = server.requests.length
  const seen = await page.evaluate(async () => {
    const { createReranker, openSearch } = window.library
    const [search, reranker] = await Promise.all([
      openSearch({ src: '/search/good/' }),
      createReranker({ model: '/models/mvp-mini/', device: 'wasm' }),
    ])
    const question = 'how do I shut down gracefully'
    const [vector] = await reranker.embed([question])
    const [rows] = await reranker.embed([question], { tokens: true })
    await search.query(question, { vector: vector! })
    const early = await search.query(question, { vector: rows! })
    // A query for nothing waits for them.
    await search.query('', { limit: 0, vector: rows! })
    const { candidates } = await search.query(question, { vector: rows! })
    const withoutTokens = await search.query(question, { vector: vector! })
    const withoutCodes: (typeof early)[] = []
    for (const src of ['/search/tokenless/', '/search/mistold/']) {
      const bad = await openSearch({ src })
      await bad.query(question, { vector: rows! })
      withoutCodes.push(await bad.query(question, { vector: rows! }))
    }
    const code = (error: { code?: unknown }) => error.code
    const late = ({ candidates }: typeof early) => candidates.map(({ semantic }) => semantic?.lateInteraction ?? null)
    return {
      same: vector!.every((value, i) => Math.abs(value - rows![i]!) < 1e-5),
      tokens: rows!.length / 384 - 1,
      early: early.candidates.length,
      first: candidates[0]!,
      without: [withoutTokens, ...withoutCodes].flatMap(late),
      mistyped: await search.query(question, { vector: [1] as never }).catch(code),
      narrow: await search.query(question, { vector: rows!.subarray(1) }).catch(code),
    }
  })
  expect(seen).toMatchObject({ same: true, tokens: 6, early: 6, mistyped: 'bad-option', narrow: 'bad-option' })
  expect(seen.first.path).toEqual(['Server', 'close'])
  expect(seen.first.semantic!.lateInteraction).toBeGreaterThan(0)
  expect(seen.without).toEqual(new Array(18).fill(null))
  const fetched = server.requests.slice(before).filter(({ path }) => path.startsWith('/search/good/tokens-'))
  expect(fetched.length).toBe(1)
})

test('keystrokes are answered while the model reranks', async ({ page }) => {
  await openLibrary(page, `${server.origin}/blank.html`)
  const { answered, slowest } = await page.evaluate(async () => {
    const search = await window.library.openSearch({ src: '/search/good/' })
    const reranker = await window.library.createReranker({ model: '/models/mvp-mini/', device: 'wasm', threads: 1 })
    let reranking = true
    const passages = Array.from({ length: 60 }, (_, i) => `passage ${i} ${'of some words '.repeat(40)}`)
    const rank = reranker.rank('words', passages).finally(() => {
      reranking = false
    })
    let answered = 0
    let slowest = 0
    while (reranking) {
      const begin = performance.now()
      await search.query('payl')
      slowest = Math.max(slowest, performance.now() - begin)
      answered++
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    await rank
    return { answered, slowest }
  })
  // One batch of this list alone takes far longer than a query.
  expect(answered).toBeGreaterThan(5)
  test.info().annotations.push({ type: 'slowest query while reranking', description: `${slowest.toFixed(1)} ms` })
})

test('what is wrong with an index is said by code', async ({ page }) => {
  await openLibrary(page, `${server.origin}/blank.html`)
  const open = (src: string) =>
    page.evaluate(async src => {
      try {
        await window.library.openSearch({ src })
        return 'opened'
      } catch (error) {
        return (error as { code?: string }).code
      }
    }, src)
  expect(await open('/search/nowhere/')).toBe('index-not-found')
  expect(await open('/search/wordless/')).toBe('index-not-found')
  expect(await open('/search/damaged/')).toBe('hash-mismatch')
  expect(await open('/search/later/')).toBe('version-mismatch')
  expect(await open('/blank.html')).toBe('index-not-found')
})

test('words alone answer where the embeddings cannot be had', async ({ page }) => {
  await openLibrary(page, `${server.origin}/blank.html`)
  const sources = await page.evaluate(async () => {
    const search = await window.library.openSearch({ src: '/search/meaningless/' })
    const { candidates } = await search.query('payload', { vector: new Float32Array(384) })
    return candidates.map(({ source }) => source)
  })
  expect(sources).toEqual(['words'])
})

test('a worker that dies is replaced, and whoever aborts or disposes is told so', async ({ page }) => {
  await openLibrary(page, `${server.origin}/blank.html`)
  const seen = await page.evaluate(async () => {
    const workers: Worker[] = []
    const search = await window.library.openSearch({
      src: '/search/good/',
      createWorker: () => {
        const worker = new Worker('/dist/search.worker.js', { type: 'module' })
        workers.push(worker)
        return worker
      },
    })
    workers[0]!.dispatchEvent(new ErrorEvent('error', { message: 'killed by the test' }))
    workers[0]!.terminate()
    const again = await search.query('payload')
    const code = (error: { code?: unknown; name: string }) => (typeof error.code === 'string' ? error.code : error.name)
    const aborted = await search.query('payload', { signal: AbortSignal.abort() }).catch(code)
    const wide = await search.query('payload', { vector: new Float32Array(3) }).catch(code)
    const mistyped = await search.query('payload', { limt: 3 } as object).catch(code)
    const none = await search.query(undefined as never).catch(code)
    const opening = await window.library
      .openSearch({ src: '/search/good/', signal: AbortSignal.abort(new DOMException('', 'TimeoutError')) })
      .catch(code)
    const pending = search.query('payload').catch(code)
    await search.dispose()
    const after = await search.query('payload').catch(code)
    const titles = again.candidates.map(({ title }) => title)
    return { workers: workers.length, titles, aborted, wide, mistyped, none, opening, pending: await pending, after }
  })
  expect(seen).toEqual({
    workers: 2,
    titles: ['Server'],
    aborted: 'AbortError',
    wide: 'bad-option',
    mistyped: 'bad-option',
    none: 'bad-query',
    opening: 'TimeoutError',
    pending: 'disposed',
    after: 'disposed',
  })
})
