import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readPage } from '../../src/indexer/readPage.js'
import { memoryIndex } from '../../src/search/testing.js'

interface WordsCase {
  query: string
  /** The page that must come first: a file in `words/docs`, without its ending. */
  want: string
  kind: string
}

const folder = fileURLToPath(new URL('words/', import.meta.url))
const cases: WordsCase[] = JSON.parse(readFileSync(`${folder}cases.json`, 'utf8'))

const files = readdirSync(`${folder}docs`).sort()
const pages = files.map(file => {
  const bytes = readFileSync(`${folder}docs/${file}`)
  const page = readPage(file, bytes, { maxLength: 700, filters: [], warn: () => {} })!
  return { ...page, url: file.replace(/\.md$/, '') }
})
const sections = pages.flatMap((page, place) => page.sections.map(section => ({ page: place, ...section })))
const { index } = memoryIndex(
  pages.map(({ title, url }) => ({ title, url, filters: {} })),
  sections,
)

for (const { query, want, kind } of cases) {
  it(`${kind}: ${query} finds ${want} first`, () => {
    expect(index.query(query).candidates[0]?.url.replace(/#.*/, '')).toBe(want)
  })
}
