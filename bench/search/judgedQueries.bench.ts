import { readFileSync } from 'node:fs'
import { test } from 'playwright/test'
import type { Section } from '../../src/api/search.js'
import type { Reranker } from '../../src/node.js'
import { SHORT, writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { askChain } from './chain.js'
import { keepingEmbedder, MANUALS, openManual } from './manuals.js'
import { type OpenIndex, readIndex } from './readIndex.js'
import { Placings, rowsOf } from './rows.js'

/** Corpora to measure after fusion and after the chain as well. Their sections must be embedded. */
const CHAIN = process.env.BENCH_CHAIN?.split(',') ?? []
/** Measures the held-out third, at which nobody looks while working on a ranking. */
const HELD_OUT = process.env.BENCH_HELD_OUT === '1'
const TOP = 50

interface JudgedQuery {
  query: string
  kind: string
  /** Ends of the addresses of pages or sections. One of them must be found. */
  answers: string[]
  heldOut?: boolean
}

/** Placings by words, after fusion and after the chain. */
const stages = () => ({ words: new Placings(), fused: new Placings(), chain: new Placings() })
type Stages = ReturnType<typeof stages>

test('queries of all kinds, judged by hand', async () => {
  test.setTimeout(0)
  const reranker = CHAIN.length > 0 ? await shippedReranker() : undefined
  const corpora: Record<string, JudgedQuery[]> = JSON.parse(readFileSync('bench/search/judgedQueries.json', 'utf8'))
  const byCorpus = new Map<string, Stages>()
  const byKind = new Map<string, Stages>()
  const all = stages()
  for (const [name, queries] of Object.entries(corpora)) {
    const chained = CHAIN.includes(name) ? reranker : undefined
    const opened = await open(name, chained)
    if (!opened) {
      console.log(`${name} is not there`)
      continue
    }
    for (const judged of queries) {
      const wanted = sectionsAt(judged, opened.sections)
      if (Boolean(judged.heldOut) !== HELD_OUT) continue
      const counting = [all, entryOf(byCorpus, name), entryOf(byKind, judged.kind)]
      await ask(judged, wanted, opened, chained, counting)
    }
  }
  const row = (name: string, { words, fused, chain }: Stages) =>
    `| ${name} | ${words.asked} | ${words} | ${fused} | ${chain} |`
  const lines = [
    '| | queries | words | fused | chain |',
    '|-|-|-|-|-|',
    row('**all**', all),
    ...[...byCorpus].map(([name, of]) => row(name, of)),
    ...[...byKind].map(([kind, of]) => row(kind, of)),
  ]
  if (HELD_OUT || SHORT) {
    writeResults(HELD_OUT ? 'heldOutQueries' : 'judgedQueries', ['', ...lines])
  } else {
    writeResults('judgedQueries', [
      '## Queries of all kinds',
      '',
      "Queries as people type them, over the demo's documentation, Git's manual and the Debian handbook, with the pages or sections that answer them",
      '(`bench/search/judgedQueries.json`): the answer first / among the first three, per cent. This is the two thirds that a ranking may be worked on with;',
      'the held-out third below it is looked at when the work is done (`BENCH_HELD_OUT=1`).',
      '`npx playwright test -c bench judgedQueries`; `BENCH_CHAIN=documentation,git,debian-handbook` after `npm run build`.',
      '',
      ...lines,
    ])
  }
  await reranker?.dispose()
})

async function open(name: string, reranker: Reranker | undefined): Promise<OpenIndex | undefined> {
  if (name === 'documentation') return readIndex('public/search')
  const manual = MANUALS.find(manual => manual.name === name)!
  return openManual(manual, reranker && keepingEmbedder(reranker))
}

async function ask(
  { query, kind, answers }: JudgedQuery,
  wanted: ReadonlySet<number>,
  { index, sections }: OpenIndex,
  reranker: Reranker | undefined,
  counting: readonly Stages[],
): Promise<void> {
  const add = (stage: keyof Stages, rows: readonly number[]) => {
    for (const of of counting) of[stage].add(rows, wanted)
    const place = rows.findIndex(row => wanted.has(row))
    if (place === 0 || HELD_OUT) return
    const first = sections[rows[0]!]
    console.log(
      `${stage}, ${kind}: ${query} → ${place < 0 ? 'not found' : `place ${place + 1}`}, after`,
      `${first?.url.replace(/^.*\//, '') ?? 'nothing'} (${first?.path.join(' › ')}), not ${answers.join(' or ')}`,
    )
  }
  add('words', rowsOf(index.query(query, { limit: TOP }).candidates))
  if (!reranker) return
  const { candidates, ranked } = await askChain(index, query, reranker, TOP)
  add('fused', rowsOf(candidates))
  add('chain', rowsOf(ranked))
}

/** The rows' ids of the sections that answer a query. @throws if no section has an answer's address: it is mistyped */
function sectionsAt({ query, answers }: JudgedQuery, sections: readonly Section[]): ReadonlySet<number> {
  return new Set(
    answers.flatMap(answer => {
      const found = sections.filter(({ url }) => `/${url}#`.includes(`/${answer}#`))
      if (found.length === 0) throw new Error(`No section is at ${answer}, which should answer "${query}".`)
      return found.map(({ section }) => section)
    }),
  )
}

function entryOf(map: Map<string, Stages>, key: string): Stages {
  const entry = map.get(key) ?? stages()
  map.set(key, entry)
  return entry
}
