import { join } from 'node:path'
import { test } from 'playwright/test'
import { ndcg } from '../../src/eval/metrics.js'
import { centred, signsOfClusters } from '../../src/indexer/clusteredTokens.js'
import type { Reranker } from '../../src/node.js'
import { lateInteraction, scannedCodes } from '../../src/search/lateInteraction.js'
import { WardLinkage } from '../../src/util/wardLinkage.js'
import { type JudgedList, readSet } from '../quality/judgedLists.js'
import { meanOf } from '../support/mean.js'
import { writeResults } from '../support/results.js'
import { shippedReranker } from '../support/shippedReranker.js'
import { ownIndex } from './contestants.js'
import { DATA, readBeir, test as testSide } from './judged.js'
import { meanOfSome } from './lateIndex.js'
import { tokenVectors } from './tokenVectors.js'

const EVAL = process.env.BENCH_EVAL ?? '../shared/data/eval'
const SETS = (process.env.BENCH_SETS ?? 'dl21,docs,openstax,nfcorpus').split(',')
/** Of docs and openstax, that many held-out questions. */
const QUESTIONS = Number(process.env.BENCH_QUESTIONS ?? 60)
/** nDCG@10 of late interaction alone over each query's candidates, so that nothing else hides a loss. */
const CANDIDATES = 50
const WIDTH = 384

/** The number of codes of a text, by the number of its tokens. */
const SHARES: Record<string, (tokens: number) => number> = {
  'signs of all tokens': tokens => tokens,
  'of a half': tokens => tokens / 2,
  'of a third': tokens => tokens / 3,
  'of a quarter': tokens => tokens / 4,
  'of a quarter, at most 24': tokens => Math.min(24, tokens / 4),
  'of a fifth': tokens => tokens / 5,
  'of a sixth': tokens => tokens / 6,
  'of an eighth': tokens => tokens / 8,
  'of a twelfth': tokens => tokens / 12,
}

test('token codes: what clustering and signs lose', async () => {
  test.setTimeout(0)
  const reranker = await shippedReranker({ cacheBytes: 0 })
  const rows = new Map<string, string[]>()
  const names: string[] = []
  for (const name of SETS) {
    const lists = await listsOf(name)
    if (lists.length === 0) continue
    const { values, bytes, tokens, texts } = await measure(name, lists, reranker)
    names.push(`${name}: ${lists.length} queries, ${texts} texts of ${tokens.toFixed(0)} tokens`)
    for (const [row, value] of Object.entries(values)) {
      const size =
        bytes[row] === undefined ? '' : `, ${bytes[row].toFixed(0)} B, ${(bytes[row] / tokens).toFixed(1)} a token`
      rows.set(row, [...(rows.get(row) ?? []), `${value.toFixed(3)}${size}`])
    }
    console.log(names.at(-1), values, bytes)
  }
  await reranker.dispose()
  writeResults('lateCodes', [
    '## Token codes',
    '',
    'nDCG@10 of late interaction alone: floats, then signs (queries in floats) of what Ward clusters the tokens to, with the bytes of a text and of one of',
    `its tokens. ${names.join('; ')}. Candidates: of dl21 and nfcorpus as they come, of docs and openstax the best ${CANDIDATES} by words.`,
    '`npm run build && BENCH_DATA=… BENCH_EVAL=… npx playwright test -c bench lateCodes`',
    '',
    `| token vectors of a text | ${SETS.join(' | ')} |`,
    `|-|${SETS.map(() => '-|').join('')}`,
    ...[...rows].map(([row, values]) => `| ${row} | ${values.join(' | ')} |`),
  ])
})

async function listsOf(name: string): Promise<JudgedList[]> {
  if (name === 'dl21' || name === 'nfcorpus') {
    return readSet(join(EVAL, `${name}.jsonl`), name === 'nfcorpus' ? 6 : 1)
  }
  const set = readBeir(DATA, name, testSide, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)
  if (!set) return []
  const index = ownIndex(set.sections)
  return set.questions.slice(0, QUESTIONS).map(({ text, relevant }) => ({
    query: text,
    qrels: new Map([...relevant].map(id => [String(id), 1])),
    passages: index
      .query(text, { limit: CANDIDATES })
      .candidates.map(({ id, title, text }) => ({ id: String(id), title, text })),
  }))
}

async function measure(name: string, lists: readonly JudgedList[], reranker: Reranker) {
  const texts = new Map<string, number>()
  const places = lists.map(({ passages }) =>
    passages.map(({ title, text }) => {
      const whole = `${title ?? ''} ${text}`.trim()
      const place = texts.get(whole) ?? texts.size
      texts.set(whole, place)
      return place
    }),
  )
  const vectors = await tokenVectors(name, [...texts.keys()], reranker)
  const asked = await reranker.embed(
    lists.map(({ query }) => query),
    { tokens: true, prompt: 'query' },
  )
  const queries = asked.map(rows => rows.subarray(WIDTH))
  const mean = meanOfSome(vectors)
  const scored = (scoresOf: (query: number) => ArrayLike<number>) =>
    meanOf(
      lists.map(({ passages, qrels }, query) => {
        const scores = scoresOf(query)
        const order = passages.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b)
        return ndcg([...new Set(order.map(i => passages[i]!.id))], qrels, 10)
      }),
    )
  const values: Record<string, number> = {
    floats: scored(query => places[query]!.map(text => floats(queries[query]!, vectors.of(text)))),
    'floats without the mean': scored(query =>
      places[query]!.map(text => floats(centred(queries[query]!, mean), centred(vectors.of(text), mean))),
    ),
  }
  const codes = new Map(Object.keys(SHARES).map(share => [share, [] as Uint8Array[]]))
  let tokens = 0
  for (let text = 0; text < vectors.count; text++) {
    const rows = centred(vectors.of(text), mean)
    const count = rows.length / WIDTH
    tokens += count
    const linkage = new WardLinkage(rows, count)
    for (const [share, of] of Object.entries(SHARES)) {
      codes.get(share)!.push(signsOfClusters(rows, linkage.clusters(Math.max(1, Math.floor(of(count)))), WIDTH))
    }
  }
  const bytes: Record<string, number> = {}
  for (const [share, made] of codes) {
    // As in an index, where a section may have fewer codes than here.
    const starts = new Uint32Array(made.length + 1).fill(1)
    made.forEach((code, i) => {
      starts[i + 1] = starts[i]! + code.length + 1
    })
    const scanned = scannedCodes({ mean, starts, packed: Buffer.concat(made.flatMap(code => [Buffer.alloc(1), code])) })
    values[share] = scored(query => lateInteraction(queries[query]!, scanned, places[query]!))
    bytes[share] = made.reduce((sum, { length }) => sum + length, 0) / made.length
  }
  return { values, bytes, tokens: tokens / vectors.count, texts: vectors.count }
}

function floats(query: Float32Array, passage: Float32Array): number {
  let sum = 0
  for (let token = 0; token < query.length; token += WIDTH) {
    let best = -1
    for (let other = 0; other < passage.length; other += WIDTH) {
      let product = 0
      for (let k = 0; k < WIDTH; k++) product += query[token + k]! * passage[other + k]!
      if (product > best) best = product
    }
    sum += best
  }
  return sum / (query.length / WIDTH)
}
