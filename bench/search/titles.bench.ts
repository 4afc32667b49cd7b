import { createHash } from 'node:crypto'
import { test } from 'playwright/test'
import type { Section } from '../../src/api/search.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { siteFusion } from '../../src/search/siteFusion.js'
import { writeResults } from '../support/results.js'
import { keepingEmbedder, MANUALS, type Manual, openManual } from './manuals.js'
import { Placings, rowsOf } from './rows.js'

const BUILT = '../../dist/node.js'
/** Manuals to ask, by name. */
const NAMES = process.env.BENCH_NAMES?.split(',')
/** Manuals that are asked after fusion and after the chain too: their sections must be embedded. */
const CHAIN = process.env.BENCH_CHAIN?.split(',') ?? []
const THREADS = Number(process.env.BENCH_THREADS ?? 0) || 'auto'
/** Titles of a manual that are asked after fusion and after the chain, and typed letter by letter. */
const SAMPLE = 100
const TOP = 50

test('headings as queries: whole, and as people type them', async () => {
  test.setTimeout(0)
  let reranker: Reranker | undefined
  if (CHAIN.length > 0) {
    const { createReranker } = (await import(BUILT)) as typeof import('../../src/node.js')
    reranker = await createReranker({ model: 'mvp-mini', threads: THREADS })
  }
  const rows: string[] = []
  for (const manual of MANUALS.filter(({ name }) => NAMES?.includes(name) ?? true)) {
    rows.push(await rowOf(manual, reranker))
    console.log(rows.at(-1))
  }
  writeResults('titles', [
    '## Headings as queries',
    '',
    "A section's own heading, if no other section has it, must find the section: first / among the first three, per cent; the same in lower case, with one word",
    'left out (of three or more), with its words in another order, and with one slip in a word of five letters or more. Leaving: of the letters typed of',
    `${SAMPLE} titles, from the third on, those with which a page left the first ten that had been there. After fusion and after the chain: the same ${SAMPLE}.`,
    "The manuals are Debian's (bookworm): `apt-get download` the packages and unpack them with `dpkg -x` below `BENCH_MANUALS`, or install them, but not",
    "nodejs-doc beside NodeSource's nodejs, which it removes. `npx playwright test -c bench titles`; `BENCH_CHAIN=git,debian-handbook` after `npm run build`.",
    '',
    '| manual | headings | whole | lower case | one word left out | other order | one slip | leaving, % | fused | chain |',
    '|-|-|-|-|-|-|-|-|-|-|',
    ...rows,
  ])
  await reranker?.dispose()
})

async function rowOf(manual: Manual, reranker: Reranker | undefined): Promise<string> {
  const chained = reranker && CHAIN.includes(manual.name) ? reranker : undefined
  const embedder = chained && keepingEmbedder(chained)
  const opened = await openManual(manual, embedder)
  if (!opened) return `| ${manual.name} | ${manual.debian} is not there |||||||||`
  const { index, sections } = opened
  const titles = uniqueHeadings(sections)
  const sample = titles.toSorted((a, b) => a.draw - b.draw).slice(0, SAMPLE)
  const placings = Object.values(VARIANTS).map(variant => {
    const placing = new Placings()
    for (const title of titles) {
      const query = variant(title)
      if (query === undefined) continue
      placing.add(rowsOf(index.query(query, { limit: TOP }).candidates), new Set([title.section]))
    }
    return placing.toString()
  })
  const [fused, chain] = embedder ? await throughTheChain(index, sample, chained) : ['–', '–']
  return `| ${[manual.name, titles.length, ...placings, leaving(index, sample), fused, chain].join(' | ')} |`
}

interface Title {
  text: string
  /** The id of its section's first part. */
  section: number
  page: string
  /** A number that its text alone decides. */
  draw: number
}

function uniqueHeadings(sections: readonly Section[]): Title[] {
  const found = new Map<string, Set<number>>()
  for (const { path, section } of sections) {
    const text = path.at(-1)!
    found.set(text, (found.get(text) ?? new Set()).add(section))
  }
  return [...found]
    .filter(([, of]) => of.size === 1)
    .map(([text, of]) => {
      const section = [...of][0]!
      const draw = createHash('sha1').update(text).digest().readUInt32LE()
      return { text, section, page: pageOf(sections[section]!.url), draw }
    })
}

const pageOf = (url: string) => url.replace(/#.*/, '')

const VARIANTS: Record<string, (title: Title) => string | undefined> = {
  whole: ({ text }) => text,
  lowerCase: ({ text }) => text.toLowerCase(),
  oneWordLeftOut: ({ text, draw }) => {
    const words = text.split(/\s+/)
    return words.length < 3 ? undefined : words.toSpliced(draw % words.length, 1).join(' ')
  },
  otherOrder: ({ text, draw }) => {
    const words = text.split(/\s+/)
    if (words.length < 2) return undefined
    const at = 1 + (draw % (words.length - 1))
    return [...words.slice(at), ...words.slice(0, at)].join(' ')
  },
  oneSlip: ({ text, draw }) => {
    const words = [...text.matchAll(/\p{L}{5,}/gu)]
    if (words.length === 0) return undefined
    const { 0: word, index } = words[draw % words.length]!
    return text.slice(0, index) + slip(word, draw >> 4) + text.slice(index + word.length)
  },
}

/** A word with two letters swapped, one left out, one doubled, or one wrong; its first letter stays. */
function slip(word: string, draw: number): string {
  const at = 1 + (Math.abs(draw) % (word.length - 2))
  const [before, one, two, after] = [word.slice(0, at), word[at]!, word[at + 1]!, word.slice(at + 2)]
  switch (Math.abs(draw >> 4) % 4) {
    case 0:
      return one === two ? before + one + after : before + two + one + after
    case 1:
      return before + two + after
    case 2:
      return before + one + one + two + after
    default:
      return `${before}${one === 'e' ? 'a' : 'e'}${two}${after}`
  }
}

/** Of the letters typed of titles from the third on, the share with which the page left the first ten. */
function leaving(index: SearchIndex, titles: readonly Title[]): string {
  let typed = 0
  let left = 0
  for (const { text, page } of titles) {
    let was = false
    const characters = [...text]
    for (let length = 3; length <= characters.length; length++) {
      const { candidates } = index.query(characters.slice(0, length).join(''), { limit: TOP })
      const firstTen = new Set(rowsOf(candidates).slice(0, 10))
      const is = candidates.some(({ section, url }) => firstTen.has(section) && pageOf(url) === page)
      typed++
      if (was && !is) left++
      was = is
    }
  }
  return ((100 * left) / typed).toFixed(2)
}

async function throughTheChain(
  index: SearchIndex,
  titles: readonly Title[],
  reranker: Reranker | undefined,
): Promise<[string, string]> {
  const [fused, chain] = [new Placings(), new Placings()]
  for (const { text, section } of titles) {
    const [vector] = await reranker!.embed([text])
    const { candidates } = index.query(text, { limit: TOP, vector: vector! })
    const { results } = await reranker!.rank(text, candidates.map(asPassage), { fusion: siteFusion(reranker!.info) })
    fused.add(rowsOf(candidates), new Set([section]))
    chain.add(rowsOf(results.map(({ index }) => candidates[index]!)), new Set([section]))
  }
  return [fused.toString(), chain.toString()]
}
