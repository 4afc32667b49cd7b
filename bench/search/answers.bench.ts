import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { test } from 'playwright/test'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import { toCodes } from '../../src/search/codes.js'
import { INDEX_VERSION } from '../../src/search/indexManifest.js'
import { buildInvertedIndex } from '../../src/search/invertedIndex.js'
import { packIndex } from '../../src/search/packedIndex.js'
import { SearchIndex } from '../../src/search/searchIndex.js'
import { heldBack, type Judged, readBeir, type Side, training } from './judged.js'
import { nonsense, OTHER_LANGUAGES } from './unanswered.js'
import { embedAll } from './vectors.js'

const BUILT = '../../dist/node.js'
const DATA = process.env.BENCH_DATA ?? '../shared/data/train'
const SECTIONS = Number(process.env.BENCH_SECTIONS ?? 1000)
const THREADS = Number(process.env.BENCH_THREADS ?? 0) || 'auto'
const READ = 20
const SETS: readonly (readonly [string, Side])[] = [
  ['docs', training],
  ['openstax', training],
  ['techfaq', heldBack],
  ['nq', heldBack],
]
const FILE = '.cache/bench/answers.jsonl'

test('features', async () => {
  test.setTimeout(0)
  mkdirSync('.cache/bench', { recursive: true })
  const { createReranker } = (await import(BUILT)) as typeof import('../../src/node.js')
  const reranker = await createReranker({ model: 'mvp-mini', threads: THREADS, cacheBytes: 2e9 })
  const done = new Set(
    existsSync(FILE)
      ? readFileSync(FILE, 'utf8')
          .trim()
          .split('\n')
          .map(line => {
            const { set, query } = JSON.parse(line)
            return `${set} ${query}`
          })
      : [],
  )
  for (const [name, side] of SETS) {
    const set = readBeir(DATA, name, side, 100, SECTIONS)!
    const index = await indexOf(set, reranker)
    const others = ['medquad', 'fairytaleqa', 'nq', 'stackexchange', 'docs'].filter(
      other =>
        other !== name && !(name === 'techfaq' && other !== 'medquad' && other !== 'fairytaleqa' && other !== 'nq'),
    )
    const asked: [string, string, boolean][] = [
      ...set.questions.map(({ text }) => ['question', text, true] as const),
      ...named(set).map(query => ['title', query, true] as const),
      ...named(set).map(query => ['lower', query.toLowerCase(), true] as const),
      ...words(set, 1).map(query => ['word', query, true] as const),
      ...words(set, 2).map(query => ['words', query, true] as const),
      ...others.flatMap(other =>
        readBeir(DATA, other, heldBack, 30, 100)!.questions.map(({ text }) => [`topic ${other}`, text, false] as const),
      ),
      ...nonsense(40).map(query => ['nonsense', query, false] as const),
      ...OTHER_LANGUAGES.map(query => ['language', query, false] as const),
    ] as [string, string, boolean][]
    let count = 0
    for (const [kind, query, answered] of asked) {
      if (done.has(`${name} ${query}`)) continue
      const [vector] = await reranker.embed([query])
      const { candidates, covered } = index.query(query, { limit: READ, vector: vector! })
      const { results } = await reranker.rank(query, candidates.map(asPassage), {
        explain: true,
        depth: reranker.info.depths[0]!,
      })
      const of = (signal: 'cosine' | 'lateInteraction') =>
        results
          .map(({ signals }) => signals![signal]!)
          .sort((a, b) => b - a)
          .slice(0, 3)
      appendFileSync(
        FILE,
        `${JSON.stringify({ set: name, kind, query, answered, covered, cosine: of('cosine'), late: of('lateInteraction'), estimated: Math.max(...candidates.map(({ semantic }) => semantic!.cosine)) })}\n`,
      )
      if (++count % 50 === 0) console.log(name, count, 'of', asked.length)
    }
  }
})

/** Titles of its sections. */
function named({ sections }: Judged): string[] {
  return [...new Set(sections.map(({ title }) => title))]
    .filter((title, i) => title.trim() !== '' && i % 7 === 0)
    .slice(0, 50)
}

/** Words that stand in a section, far from each other. */
function words({ sections }: Judged, count: number): string[] {
  return sections
    .filter((_, i) => i % 17 === count)
    .slice(0, 50)
    .flatMap(({ text }) => {
      const long = [...new Set(text.match(/\p{L}{5,}/gu) ?? [])]
      if (long.length < 6) return []
      return Array.from({ length: count }, (_, i) =>
        long[Math.floor(((i + 1) * long.length) / (count + 2))]!.toLowerCase(),
      ).join(' ')
    })
}

async function indexOf({ name, sections }: Judged, reranker: Reranker): Promise<SearchIndex> {
  const pages = sections.map(({ title, url }) => ({ title, url, filters: {} }))
  const packed = packIndex(
    pages,
    sections.map(({ text }, page) => ({ page, anchor: '', path: [], text })),
    buildInvertedIndex(sections.map(({ title, text }) => ({ heading: title, path: '', text }))),
  )
  const vectors = await embedAll(
    `${name}-answers`,
    sections.map(asPassage).map(({ title, text }) => `${title} ${text}`),
    reranker,
  )
  const codes = toCodes(vectors)
  const index = new SearchIndex(
    {
      format: 'mvp-rerank-index',
      version: INDEX_VERSION,
      sections: sections.length,
      pages: pages.length,
      filters: {},
      words: { path: '', bytes: 0, sha256: '' },
      embeddings: { path: '', bytes: 0, sha256: '', model: 'mvp-mini', width: 384 },
      credits: [],
    },
    packed,
  )
  index.addEmbeddings(new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength))
  return index
}
