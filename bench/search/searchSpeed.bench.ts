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
import { partsIn } from './readIndex.js'

const SECTIONS = 10_000
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

test('the marks at 10,000 sections, beside MiniSearch and Pagefind', async ({ page }) => {
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
  const pagefind = await pagefindFolder(sections)
  const pagefindBytes = folderBytes(pagefind)

  const server = await startServer({
    roots: [
      { prefix: '/dist/', folder: 'dist' },
      { prefix: '/search/', folder: out },
      { prefix: '/pagefind/', folder: pagefind },
      { prefix: '/', folder: 'e2e/pages' },
    ],
  })
  await openLibrary(page, `${server.origin}/blank.html`)
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
  const pagefindTimes = await page.evaluate(
    async ({ queries, url }) => {
      const times: number[] = []
      const pagefind = await import(url)
      const start = performance.now()
      await pagefind.init()
      const opened = performance.now() - start
      for (let round = 0; round < 2; round++) {
        for (const query of queries) {
          const first = performance.now()
          const { results } = await pagefind.search(query)
          await Promise.all(results.slice(0, 10).map((result: { data(): Promise<unknown> }) => result.data()))
          times.push(performance.now() - first)
        }
      }
      return { opened, times }
    },
    { queries: QUERIES, url: `${server.origin}/pagefind/pagefind.js` },
  )
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

  const { words, read } = report.seconds
  const wordsBytes = brotli(packed)
  writeResults('searchSpeed', [
    `## Search over ${manifest.sections} sections`,
    '',
    `Sections of about 600 characters, ${QUERIES.length} queries, median and (slowest) of ${ROUNDS} rounds; ${cpus()[0]!.model.trim()}, ${cpus().length} cores, Chromium, with ${loadavg()[1]!.toFixed(0)} other processes at work. Ours is timed from the page, worker and messages included, fifty`,
    'candidates with their texts each; MiniSearch in this thread of Node without the texts; Pagefind with the ten results that it loads. `npm run build && BENCH_DATA=… npx playwright test -c bench searchSpeed`',
    '',
    '| | mvp-rerank | mark | MiniSearch | Pagefind |',
    '|-|-|-|-|-|',
    `| made from Markdown, words, s | ${(read + words).toFixed(1)} | 20 | ${miniSeconds.toFixed(1)}, not from Markdown | – |`,
    `| words and texts, brotli, MB | ${mb(wordsBytes)} | 6 | ${mb(brotli(Buffer.from(miniJson)) + brotli(Buffer.from(texts)))} | in pieces, as searched |`,
    `| the same, as written (gzip), MB | ${mb(report.bytes.words)} | | – | ${mb(pagefindBytes)}, of which a search loads a part |`,
    `| codes of embeddings, MB | ${mb(report.bytes.embeddings)} | | – | – |`,
    `| ready, download from this machine included, ms | ${spread(own.opened)} | 300 | ${spread(miniLoads)}, without download | ${pagefindTimes.opened.toFixed(0)} |`,
    `| of that unpacking, in Node, CPU ms | ${spread(unpacking)} | | – | – |`,
    `| query by words, ms | ${spread(own.words)} | 15 | ${spread(miniTimes)} | ${spread(pagefindTimes.times)} |`,
    `| query by words and embeddings, ms | ${spread(own.both)} | 25 | – | – |`,
  ])
})

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
