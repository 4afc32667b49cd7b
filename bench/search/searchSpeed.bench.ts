import { randomFillSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, constants, gunzipSync } from 'node:zlib'
import MiniSearch from 'minisearch'
import { expect, test } from 'playwright/test'
import { openLibrary } from '../../e2e/support/page.js'
import { startServer } from '../../e2e/support/server.js'
import type { Section } from '../../src/api/search.js'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import { INDEX_FILE, type IndexManifest } from '../../src/search/indexManifest.js'
import { SearchIndex } from '../../src/search/searchIndex.js'
import { writeResults } from '../support/results.js'
import { miniSearch, miniSearchOptions } from './contestants.js'
import { DATA } from './judged.js'
import { pagefindFolder } from './pagefind.js'
import { RANGEFIND, rangefindFolder } from './rangefind.js'
import { partsIn } from './readIndex.js'

const USUAL = 10_000
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? USUAL)
const ROUNDS = 5

/** Writes a textbook's sections as Markdown, ten a page. Their vocabulary resembles a site's. */
function writePages(folder: string): void {
  const passages = readFileSync(join(DATA, 'openstax/corpus.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .slice(0, SECTIONS)
    .map(line => JSON.parse(line) as { title: string; text: string })
  for (let page = 0; page * 10 < passages.length; page++) {
    const own = passages.slice(page * 10, page * 10 + 10)
    const sections = own.map(
      ({ title, text }, i) => `## ${title} ${i}\n\n${text.replaceAll('\n', ' ').slice(0, 690)}\n`,
    )
    writeFileSync(join(folder, `page-${page}.md`), `# ${own[0]!.title}\n\n${sections.join('\n')}`)
  }
}

const QUERIES = [
  'supply and demand',
  'how does a cell make energy',
  'photosynthes',
  'what is the role of the federal government in regulating trade',
  'inflasion',
  'standard deviation of a sample',
  'why do planets move in ellipses',
  'a',
  'market equil',
  'difference between mitosis and meiosis',
]

test('the marks at 10,000 sections, beside MiniSearch, Pagefind and Rangefind', async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), 'speed-'))
  const [docs, out] = [join(folder, 'docs'), join(folder, 'search')]
  mkdirSync(docs)
  writePages(docs)
  // Random embeddings: the time does not depend on their values.
  const embedder = {
    model: 'random',
    weights: '0'.repeat(64),
    width: 384,
    embed: async (texts: readonly string[]) =>
      texts.map(() => Float32Array.from(randomFillSync(new Int8Array(384)), Number)),
  }
  const sources = [{ from: docs, urls: { base: '/', links: 'clean' as const } }]
  const report = await buildIndex({ sources, out, embedder })
  const again = await buildIndex({ sources, out, embedder })
  expect(again.unchanged).toBe(report.files)

  const manifest: IndexManifest = JSON.parse(readFileSync(join(out, INDEX_FILE), 'utf8'))
  const compressed = partsIn(out, manifest.words)
  const unpack = () => Buffer.concat(compressed.map(part => gunzipSync(part)))
  const packed = unpack()
  const index = new SearchIndex(manifest, packed)
  const unpacking: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    new SearchIndex(manifest, unpack())
    const { user, system } = process.cpuUsage(before)
    unpacking.push((user + system) / 1000)
  }
  const sections: Section[] = Array.from({ length: manifest.sections }, (_, id) => index.section(id)!)
  const begin = performance.now()
  const mini = miniSearch(sections)
  const miniSeconds = (performance.now() - begin) / 1000
  const miniJson = JSON.stringify(mini)
  // MiniSearch keeps no texts. They are stored beside it, since our index and Pagefind's hold them.
  const texts = JSON.stringify(sections.map(({ url, path, text }) => [url, path, text]))
  const pagefindBegin = performance.now()
  const pagefind = await pagefindFolder(sections)
  const pagefindSeconds = (performance.now() - pagefindBegin) / 1000
  const pagefindBytes = folderBytes(pagefind)
  const rangefind = RANGEFIND ? await rangefindFolder(RANGEFIND, sections) : undefined
  const rangefindBytes = rangefind && folderBytes(rangefind.folder)

  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/search/', folder: out },
      { prefix: '/pagefind/', folder: pagefind },
      ...(rangefind
        ? [
            { prefix: '/rangefind/dist/', folder: join(RANGEFIND!, 'dist') },
            { prefix: '/rangefind/', folder: rangefind.folder },
          ]
        : []),
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  /** What was fetched below a prefix, scripts aside. */
  const fetched = (prefix: string) => {
    const sent = server.requests.filter(({ path }) => path.startsWith(prefix) && !path.endsWith('.js'))
    return `${mb(sent.reduce((sum, { sent }) => sum + sent, 0))} in ${sent.length}`
  }
  await openLibrary(page, `${server.origin}/blank.html`)
  await page.evaluate(async query => {
    const search = await window.library.openSearch({ src: '/search/' })
    await search.query(query)
    await search.dispose()
  }, QUERIES[0]!)
  const ownFetched = fetched('/search/')
  const own = await page.evaluate(
    async ({ queries, rounds }) => {
      const opened: number[] = []
      const words: number[] = []
      const both: number[] = []
      const vector = Float32Array.from({ length: 384 }, (_, i) => Math.sin(i))
      for (let round = 0; round < rounds; round++) {
        const start = performance.now()
        const search = await window.library.openSearch({ src: '/search/' })
        opened.push(performance.now() - start)
        await search.query('warm', { vector })
        for (const query of queries) {
          const first = performance.now()
          await search.query(query)
          const second = performance.now()
          await search.query(query, { vector })
          words.push(second - first)
          both.push(performance.now() - second)
        }
        await search.dispose()
      }
      return { opened, words, both }
    },
    { queries: QUERIES, rounds: ROUNDS },
  )
  await page.goto(`${server.origin}/blank.html`)
  const openPagefind = (queries: string[]) =>
    page.evaluate(askPagefind, { queries, rounds: 2, url: `${server.origin}/pagefind/pagefind.js` })
  await openPagefind(QUERIES.slice(0, 1))
  const pagefindFetched = fetched('/pagefind/')
  await page.goto(`${server.origin}/blank.html`)
  const pagefindTimes = await openPagefind(QUERIES)
  const openRangefind = async (queries: string[]) => {
    await page.goto(`${server.origin}/blank.html`)
    return page.evaluate(askRangefind, { queries, rounds: 2, origin: server.origin })
  }
  if (rangefind) await openRangefind(QUERIES.slice(0, 1))
  const rangefindFetched = rangefind && fetched('/rangefind/')
  const rangefindAll = rangefind && (await openRangefind(QUERIES))
  await server.close()
  const miniLoads: number[] = []
  const miniTimes: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now()
    const loaded = MiniSearch.loadJSON(miniJson, miniSearchOptions)
    miniLoads.push(performance.now() - start)
    for (const query of QUERIES) {
      const first = performance.now()
      loaded.search(query)
      miniTimes.push(performance.now() - first)
    }
  }
  rmSync(folder, { recursive: true })
  rmSync(pagefind, { recursive: true })
  if (rangefind) rmSync(join(rangefind.folder, '..'), { recursive: true })

  const { words, read } = report.seconds
  const wordsBytes = brotli(packed)
  const miniBytes = brotli(Buffer.from(miniJson)) + brotli(Buffer.from(texts))
  const peer = (cell: string | undefined) => cell ?? '–'
  writeResults(SECTIONS === USUAL ? 'searchSpeed' : 'searchSpeedSample', [
    `## Search over ${manifest.sections} sections`,
    '',
    `Sections of about 600 characters, ${QUERIES.length} queries, median and (slowest) of ${ROUNDS} rounds, two for Pagefind and Rangefind; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium, with ${loadavg()[1]!.toFixed(0)} other processes at work. Ours is timed from the page, worker and messages included, fifty`,
    'candidates with their texts each; MiniSearch in this thread of Node without the texts; Pagefind and Rangefind with the ten results that they load, from this machine.',
    'Rangefind is on no registry: `BENCH_RANGEFIND` names a clone of it. `npm run build && BENCH_DATA=… npx playwright test -c bench searchSpeed`',
    '',
    '| | mvp-rerank | mark | MiniSearch | Pagefind | Rangefind |',
    '|-|-|-|-|-|-|',
    `| made, words, s | ${(read + words).toFixed(1)}, from Markdown | 20 | ${miniSeconds.toFixed(1)}, from sections | ${pagefindSeconds.toFixed(1)}, from sections | ${peer(rangefind && `${rangefind.seconds.toFixed(1)}, from sections`)} |`,
    `| words and texts, brotli, MB | ${mb(wordsBytes)} | 6 | ${mb(miniBytes)} | – | – |`,
    `| the same, as written, MB | ${mb(report.bytes.words)} | | – | ${mb(pagefindBytes)} | ${peer(rangefindBytes === undefined ? undefined : mb(rangefindBytes))} |`,
    `| codes of embeddings, MB | ${mb(report.bytes.embeddings)} | | – | – | – |`,
    `| a first visit with one query, MB in requests, without scripts | ${ownFetched} | | ${mb(miniBytes)} in 1 | ${pagefindFetched} | ${peer(rangefindFetched)} |`,
    `| ready, download from this machine included, ms | ${spread(own.opened)} | 300 | ${spread(miniLoads)}, without download | ${pagefindTimes.opened.toFixed(0)} | ${peer(rangefindAll?.opened.toFixed(0))} |`,
    `| of that unpacking, in Node, CPU ms | ${spread(unpacking)} | | – | – | – |`,
    `| query by words, ms | ${spread(own.words)} | 15 | ${spread(miniTimes)} | ${spread(pagefindTimes.times)} | ${peer(rangefindAll && spread(rangefindAll.times))} |`,
    `| query by words and embeddings, ms | ${spread(own.both)} | 25 | – | – | – |`,
  ])
})

/** Runs in the page. */
async function askPagefind({ queries, rounds, url }: { queries: string[]; rounds: number; url: string }) {
  const times: number[] = []
  const pagefind = await import(url)
  const start = performance.now()
  await pagefind.init()
  const opened = performance.now() - start
  for (let round = 0; round < rounds; round++) {
    for (const query of queries) {
      const first = performance.now()
      const { results } = await pagefind.search(query)
      await Promise.all(results.slice(0, 10).map((result: { data(): Promise<unknown> }) => result.data()))
      times.push(performance.now() - first)
    }
  }
  return { opened, times }
}

/** Runs in the page. */
async function askRangefind({ queries, rounds, origin }: { queries: string[]; rounds: number; origin: string }) {
  const times: number[] = []
  const { createSearch } = await import(`${origin}/rangefind/dist/runtime.browser.js`)
  const start = performance.now()
  const engine = await createSearch({ baseUrl: `${origin}/rangefind/` })
  const opened = performance.now() - start
  for (let round = 0; round < rounds; round++) {
    for (const query of queries) {
      const first = performance.now()
      await engine.search({ q: query, size: 10 })
      times.push(performance.now() - first)
    }
  }
  return { opened, times }
}

function brotli(bytes: Uint8Array): number {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length
}

function folderBytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true }) as string[]
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(2)
}

function spread(times: number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  return `${sorted[sorted.length >> 1]!.toFixed(1)} (${sorted.at(-1)!.toFixed(1)})`
}
