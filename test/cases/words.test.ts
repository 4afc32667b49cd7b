import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readPage } from '../../src/indexer/readPage.js'
import { INDEX_VERSION } from '../../src/search/indexManifest.js'
import { buildInvertedIndex } from '../../src/search/invertedIndex.js'
import { packIndex } from '../../src/search/packedIndex.js'
import { SearchIndex } from '../../src/search/searchIndex.js'

interface WordsCase {
  query: string
  /** The page that must come first: a file in `words/docs`, without its ending. */
  want: string
  kind: string
}

const folder = fileURLToPath(new URL('words/', import.meta.url))
const cases: WordsCase[] = JSON.parse(readFileSync(`${folder}cases.json`, 'utf8'))

/** Queries whose page does not come first yet. A case that starts to pass must leave this list. */
const failingToday = new Set<string>()

const files = readdirSync(`${folder}docs`).sort()
const pages = files.map(file => {
  const bytes = readFileSync(`${folder}docs/${file}`)
  const page = readPage(file, bytes, { maxLength: 700, filters: [], warn: () => {} })!
  return { ...page, url: file.replace(/\.md$/, '') }
})
const sections = pages.flatMap((page, place) => page.sections.map(section => ({ page: place, ...section })))
const words = buildInvertedIndex(
  sections.map(({ page, path, text }) => {
    const all = [pages[page]!.title, ...path]
    return { heading: all.at(-1)!, path: all.slice(0, -1).join(' '), text }
  }),
)
const index = new SearchIndex(
  {
    format: 'mvp-rerank-index',
    version: INDEX_VERSION,
    sections: sections.length,
    pages: pages.length,
    filters: {},
    words: { path: 'words.bin', bytes: 0, sha256: '' },
    credits: [],
  },
  packIndex(
    pages.map(({ title, url }) => ({ title, url, filters: {} })),
    sections,
    words,
  ),
)

for (const { query, want, kind } of cases) {
  const test = failingToday.has(query) ? it.fails : it
  test(`${kind}: ${query} finds ${want} first`, () => {
    expect(index.query(query).candidates[0]?.url.replace(/#.*/, '')).toBe(want)
  })
}
