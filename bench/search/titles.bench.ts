import { test } from 'playwright/test'
import type { Reranker } from '../../src/node.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { askChain } from './chain.js'
import { keepingEmbedder, MANUALS, type Manual, openManual } from './manuals.js'
import { Placings, rowsOf } from './rows.js'
import { leaving, SAMPLE, type Title, uniqueHeadings, VARIANTS } from './titleQueries.js'

/** Manuals to ask, by name. */
const NAMES = process.env.BENCH_NAMES?.split(',')
/** Manuals to measure after fusion and after the chain as well. Their sections must be embedded. */
const CHAIN = process.env.BENCH_CHAIN?.split(',') ?? []
/** Number of titles to ask after the chain. */
const CHAIN_SAMPLE = Number(process.env.BENCH_CHAIN_TITLES ?? SAMPLE)
const TOP = 50

test('headings as queries: whole, and as people type them', async () => {
  test.setTimeout(0)
  const reranker = CHAIN.length > 0 ? await shippedReranker() : undefined
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
  const [fused, chain] = embedder ? await throughTheChain(index, sample.slice(0, CHAIN_SAMPLE), chained) : ['–', '–']
  return `| ${[manual.name, titles.length, ...placings, leaving(index, sample), fused, chain].join(' | ')} |`
}

async function throughTheChain(
  index: SearchIndex,
  titles: readonly Title[],
  reranker: Reranker | undefined,
): Promise<[string, string]> {
  const [fused, chain] = [new Placings(), new Placings()]
  for (const { text, section } of titles) {
    const { candidates, ranked } = await askChain(index, text, reranker!, TOP)
    fused.add(rowsOf(candidates), new Set([section]))
    chain.add(rowsOf(ranked), new Set([section]))
  }
  return [fused.toString(), chain.toString()]
}
