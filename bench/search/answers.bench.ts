import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { test } from 'playwright/test'
import type { AnswerWeights } from '../../src/api/models.js'
import type { Reranker } from '../../src/node.js'
import { asPassage } from '../../src/search/asPassage.js'
import { toCodes } from '../../src/search/codes.js'
import { type Signs, sureness } from '../../src/search/isAnswered.js'
import type { SearchIndex } from '../../src/search/searchIndex.js'
import { memoryIndex } from '../../src/search/testing.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { fitAnswers } from './fitAnswers.js'
import { CHOOSING_SETS, DATA, heldBack, type Judged, readBeir, readDemo } from './judged.js'
import { keepingEmbedder, MANUALS, openManual } from './manuals.js'
import { nonsense, OTHER_LANGUAGES } from './unanswered.js'
import { embedAll } from './vectors.js'

const SECTIONS = Number(process.env.BENCH_SECTIONS ?? 400)
/** The signs are the highest values among this many first candidates. */
const READ = 8
/** Sources of questions. No other source answers them. */
const TOPICS = ['medquad', 'fairytaleqa', 'nq', 'stackexchange', 'docs']
const KEPT = '.cache/bench/answers.jsonl'

interface Asked {
  kind: string
  query: string
  answered: boolean
}

type Row = Asked & Signs & { set: string }

test('queries without an answer', async () => {
  test.setTimeout(0)
  const reranker = await shippedReranker({ cacheBytes: 1e9 })
  const fitted: Row[] = []
  for (const [name, side] of CHOOSING_SETS) {
    const set = readBeir(DATA, name, side, 60, SECTIONS)
    if (!set) continue
    fitted.push(...(await signsOf(name, askedOf(set, 0), () => indexOf(set, reranker), reranker)))
  }
  const demo = readDemo('public/search')
  const tested = await signsOf(
    'documentation',
    [...judged('documentation'), ...askedOf(demo, 1)],
    async () => demo.index,
    reranker,
  )
  for (const name of ['git', 'debian-handbook']) {
    const open = () => openManual(MANUALS.find(manual => manual.name === name)!, keepingEmbedder(reranker))
    const asked = [...judged(name), ...unanswered(name, 1)]
    tested.push(...(await signsOf(name, asked, async () => (await open())?.index, reranker)))
  }
  const shipped = reranker.info.fusion!.answer!
  const kinds = ['question', 'judged', 'title', 'lower case', 'word', 'two words', 'topic', 'nonsense', 'language']
  const line = (name: string, rows: readonly Row[], weights: AnswerWeights) => {
    const told = (of: readonly Row[]) => of.filter(row => sureness(row, weights) < 0).length
    const cell = (of: readonly Row[]) => (of.length === 0 ? '–' : `${told(of)} of ${of.length}`)
    return `| ${[name, ...kinds.map(kind => cell(rows.filter(row => row.kind === kind)))].join(' | ')} |`
  }
  const fit = fitAnswers(fitted)
  writeResults('answers', [
    '## Queries without an answer',
    '',
    'How many queries are said to have no answer, by their kind: of the first six kinds wrongly, of the last three rightly. The signs are what words cover, the highest cosine and',
    `the highest late interaction of the first ${READ} candidates. Weights are fitted on questions that no test uses, over ${SECTIONS} sections a set, such that 85 % of the queries`,
    'without an answer are told; the rows below are tests: the demo with its questions in other words than the text, and the judged queries of the manuals, with other nonsense,',
    'languages and topics. `BENCH_DATA=… BENCH_MANUALS=… npx playwright test -c bench answers` (the manuals are embedded first)',
    '',
    `| | ${kinds.join(' | ')} |`,
    `|-|${kinds.map(() => '-|').join('')}`,
    ...CHOOSING_SETS.map(([name]) =>
      line(
        `${name} (fitted)`,
        fitted.filter(({ set }) => set === name),
        shipped,
      ),
    ),
    ...['documentation', 'git', 'debian-handbook'].map(name => {
      return line(
        name,
        tested.filter(({ set }) => set === name),
        shipped,
      )
    }),
    '',
    `Shipped: ${JSON.stringify(shipped)}. Fitted in this run: ${JSON.stringify(fit)}.`,
  ])
  for (const row of [...fitted, ...tested]) {
    if (row.answered !== sureness(row, shipped) >= 0) console.log(`wrong, ${row.set}, ${row.kind}: ${row.query}`)
  }
  await reranker.dispose()
})

/** Queries that the set answers, and queries that it does not. @param side 0 or 1, for two sets of the latter */
function askedOf(set: Judged, side: number): Asked[] {
  const titles = [...new Set(set.sections.map(({ title }) => title))].filter((title, i) => title.trim() && i % 7 === 0)
  const some = titles.slice(0, 25)
  const questions = set.questions.map(({ text }) => text)
  return [
    ...all('question', questions, true),
    ...all('title', some, true),
    ...all(
      'lower case',
      some.map(title => title.toLowerCase()),
      true,
    ),
    ...all('word', wordsOf(set, 1), true),
    ...all('two words', wordsOf(set, 2), true),
    ...unanswered(set.name, side),
  ]
}

function unanswered(corpus: string, side: number): Asked[] {
  const topics = TOPICS.filter(topic => topic !== corpus && !(corpus !== 'openstax' && isNear(corpus, topic)))
  const others = topics.flatMap(topic => questionsOf(topic, side))
  const languages = OTHER_LANGUAGES.filter((_, i) => i % 2 === side)
  return [
    ...all('topic', others, false),
    ...all('nonsense', nonsense(24 * (side + 1)).slice(24 * side), false),
    ...all('language', languages, false),
  ]
}

const all = (kind: string, queries: readonly string[], answered: boolean): Asked[] =>
  queries.map(query => ({ kind, query, answered }))

/** Whether a corpus and a source of questions are both about software. */
function isNear(corpus: string, topic: string): boolean {
  return (
    ['docs', 'techfaq', 'documentation', 'git', 'debian-handbook'].includes(corpus) &&
    ['docs', 'stackexchange'].includes(topic)
  )
}

function questionsOf(topic: string, side: number): string[] {
  const questions = readBeir(DATA, topic, heldBack, 30, 100)?.questions ?? []
  return questions.slice(15 * side, 15 * (side + 1)).map(({ text }) => text)
}

/** Words of one section that stand far apart. */
function wordsOf({ sections }: Judged, count: number): string[] {
  const some = sections.filter((_, i) => i % 17 === count).slice(0, 25)
  return some.flatMap(({ text }) => {
    const long = [...new Set(text.match(/\p{L}{5,}/gu) ?? [])]
    if (long.length < 6) return []
    const chosen = Array.from({ length: count }, (_, i) => long[Math.floor(((i + 1) * long.length) / (count + 2))]!)
    return chosen.join(' ').toLowerCase()
  })
}

function judged(corpus: string): Asked[] {
  const corpora: Record<string, { query: string }[]> = JSON.parse(
    readFileSync('bench/search/judgedQueries.json', 'utf8'),
  )
  return all(
    'judged',
    corpora[corpus]!.map(({ query }) => query),
    true,
  )
}

/** The signs of each query, kept between runs. Without a corpus, no rows. */
async function signsOf(
  set: string,
  asked: readonly Asked[],
  open: () => Promise<SearchIndex | undefined>,
  reranker: Reranker,
): Promise<Row[]> {
  mkdirSync('.cache/bench', { recursive: true })
  const stored = existsSync(KEPT) ? readFileSync(KEPT, 'utf8').trim().split('\n') : []
  const kept = new Map(stored.map(line => JSON.parse(line) as Row).map(row => [`${row.set} ${row.query}`, row]))
  const isKept = asked.every(({ query }) => kept.has(`${set} ${query}`))
  const index = isKept ? undefined : await open()
  if (!isKept && !index) return []
  const rows: Row[] = []
  for (const one of asked) {
    const known = kept.get(`${set} ${one.query}`)
    const row = { ...(known ?? { set, ...(await signs(one.query, index!, reranker)) }), ...one }
    if (!known) appendFileSync(KEPT, `${JSON.stringify(row)}\n`)
    rows.push(row)
  }
  return rows
}

async function signs(query: string, index: SearchIndex, reranker: Reranker): Promise<Signs> {
  const [vector] = await reranker.embed([query], { prompt: 'query' })
  const { candidates, covered } = index.query(query, { limit: READ, vector: vector! })
  // Cosine and late interaction compare whole embeddings at any depth, so the cheapest depth is enough.
  const depth = reranker.info.depths[0]!
  const { results } = await reranker.rank(query, candidates.map(asPassage), { explain: true, depth })
  const highest = (signal: 'cosine' | 'lateInteraction') => Math.max(...results.map(({ signals }) => signals![signal]!))
  return { covered, cosine: highest('cosine'), lateInteraction: highest('lateInteraction') }
}

async function indexOf({ name, sections }: Judged, reranker: Reranker): Promise<SearchIndex> {
  const pages = sections.map(({ title, url }) => ({ title, url, filters: {} }))
  const { index } = memoryIndex(
    pages,
    sections.map(({ text }, page) => ({ page, anchor: '', path: [], text })),
    { embeddings: { model: reranker.info.model, width: 384 } },
  )
  const texts = sections.map(section => asPassage(section)).map(({ title, text }) => `${title} ${text}`)
  index.addEmbeddings(toCodes(await embedAll(`${name}-answers`, texts, reranker)))
  return index
}
