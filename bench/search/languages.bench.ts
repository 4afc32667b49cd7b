import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'playwright/test'
import { buildIndex } from '../../src/indexer/buildIndex.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import type { Stem } from '../../src/search/stems.js'
import { writeResults } from '../support/results.js'
import { readIndex } from './readIndex.js'
import { Placings } from './rows.js'

/** The folder into which Debian's packages libreoffice-help-… were unpacked, or `/` if they are installed. */
const ROOT = process.env.BENCH_MANUALS ?? '/'
const STEMMERS: Record<string, string> = { de: 'german', hi: 'indian' }

interface Language {
  /** A glob of the pages, below the help's folder of texts. */
  pages: string
  /** A query and its pages, without their ending. One of them must come first. */
  queries: [query: string, pages: string[]][]
}

test('queries in other languages, by words', async () => {
  test.setTimeout(0)
  const languages: Record<string, Language> = JSON.parse(readFileSync('bench/search/languageQueries.json', 'utf8'))
  const rows: string[] = []
  for (const [language, { pages, queries }] of Object.entries(languages)) {
    const out = join('.cache/bench/languages', language)
    const from = join(ROOT, `usr/share/libreoffice/help/${language}/text`, pages)
    if (!existsSync(from.replace(/\/[^/]*\*.*$/, ''))) {
      console.log(`libreoffice-help-${language} is not there`)
      continue
    }
    await buildIndex({ sources: [{ from, urls: { base: '', links: 'file' } }], out })
    const { index } = readIndex(out)
    const before = placingsOf(index, queries)
    const name = STEMMERS[language]
    if (name) index.addStemmer(language, ((await import(`@orama/stemmers/${name}`)) as { stemmer: Stem }).stemmer)
    const after = name ? placingsOf(index, queries, true) : before
    rows.push(`| ${language} | ${index.manifest.pages} | ${queries.length} | ${before} | ${name ? after : '–'} |`)
    console.log(rows.at(-1))
  }
  writeResults('languages', [
    '## Queries in other languages, by words',
    '',
    "Written from reading LibreOffice's help as Debian ships it (bookworm: libreoffice-help-de, -ja, -hi; the Hindi one is half in English), in other forms of the",
    'words than the pages have: first / among the first three pages, per cent, with and without the stemmer of the language. `apt-get download` the packages, unpack',
    'them with `dpkg -x` below `BENCH_MANUALS`; `npx playwright test -c bench languages`.',
    '',
    '| language | pages | queries | as typed | with stems |',
    '|-|-|-|-|-|',
    ...rows,
  ])
})

function placingsOf(
  index: SearchIndex,
  queries: Language['queries'],
  shows = process.env.BENCH_SHOW !== undefined,
): Placings {
  const placings = new Placings()
  queries.forEach(([query, pages], i) => {
    const found = [
      ...new Set(index.query(query, { limit: 50 }).candidates.map(({ url }) => url.replace(/\.html.*$/, ''))),
    ]
    placings.add(
      found.map(url => (pages.includes(url) ? i : -1)),
      new Set([i]),
    )
    if (shows && !pages.includes(found[0]!)) console.log(`${query}: ${found.slice(0, 3).join(', ')}, not ${pages[0]}`)
  })
  return placings
}
