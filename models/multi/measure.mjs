/**
 * Measures retrieval by an embedder over whole collections: by cosine, by late interaction, and both with BM25.
 *
 *   npm run build:package
 *   node models/multi/measure.mjs <model folder> <every n-th query> <collection in BEIR's layout>…
 *
 * Every passage is a candidate of every query. BM25 is that of `mvp-rerank eval` (words and stop words of the site
 * search). Fused scores are sums of z-scores over the passages.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createReranker } from '../../dist/node.js'

const command = new URL('../../dist/cli/main.js', import.meta.url).pathname
const [model, every, ...collections] = process.argv.slice(2)
const reranker = await createReranker({ model })
const { device, precision, dtype, versions } = reranker.info
console.log(JSON.stringify({ model: reranker.info.model, dtype, device, precision, versions, cpu: cpus()[0].model }))

for (const folder of collections) {
  const lines = path => readFileSync(join(folder, path), 'utf8').trim().split('\n')
  const passages = lines('corpus.jsonl').map(line => JSON.parse(line))
  const queries = lines('queries.jsonl')
    .filter((_, i) => i % Number(every) === 0)
    .map(line => JSON.parse(line))
  const places = new Map(passages.map(({ _id }, place) => [_id, place]))
  const relevant = new Map(
    lines('qrels/test.tsv')
      .slice(1)
      .map(line => line.split('\t').slice(0, 2)),
  )
  const started = performance.now()
  const texts = await rows(passages.map(({ text }) => text))
  const seconds = (performance.now() - started) / 1000
  const asked = await rows(
    queries.map(({ text }) => text),
    'query',
  )
  const words = bm25(folder, passages.length)

  const systems = { words: [], cosine: [], late: [], both: [], 'both and words': [] }
  queries.forEach(({ _id }, q) => {
    const right = places.get(relevant.get(_id))
    const cosines = texts.map(({ vector }) => dot(asked[q].vector, vector))
    const late = texts.map(({ tokens }) => maxSim(asked[q].tokens, tokens))
    const found = words.get(_id) ?? new Map()
    const counts = passages.map(passage => found.get(passage._id) ?? 0)
    const sum = (...columns) => columns.map(standardized).reduce((a, b) => a.map((value, i) => value + b[i]))
    const both = sum(cosines, late)
    const scores = { words: counts, cosine: cosines, late, both, 'both and words': sum(both, counts) }
    for (const [system, column] of Object.entries(scores)) {
      // Of equal scores half stand before.
      const before = column.filter(value => value > column[right]).length
      const equal = column.filter(value => value === column[right]).length - 1
      systems[system].push(before + equal / 2)
    }
  })
  const mean = values => values.reduce((total, value) => total + value, 0) / values.length
  const figures = Object.fromEntries(
    Object.entries(systems).map(([system, ranks]) => [
      system,
      {
        'ndcg@10': round(mean(ranks.map(rank => (rank < 10 ? 1 / Math.log2(rank + 2) : 0)))),
        'recall@1': round(mean(ranks.map(rank => (rank < 1 ? 1 : 0)))),
        'recall@10': round(mean(ranks.map(rank => (rank < 10 ? 1 : 0)))),
      },
    ]),
  )
  const pace = round(passages.length / seconds)
  console.log(
    JSON.stringify({ data: basename(folder), passages: passages.length, queries: queries.length, pace, figures }),
  )
}
await reranker.dispose()

async function rows(texts, prompt) {
  const made = []
  for (let from = 0; from < texts.length; from += 16) {
    const chunk = await reranker.embed(texts.slice(from, from + 16), { tokens: true, ...(prompt && { prompt }) })
    made.push(...chunk)
  }
  const [alone] = await reranker.embed(['a'])
  const width = alone.length
  return made.map(numbers => ({
    vector: numbers.subarray(0, width),
    tokens: Array.from({ length: numbers.length / width - 1 }, (_, i) =>
      numbers.subarray((i + 1) * width, (i + 2) * width),
    ),
  }))
}

function dot(a, b) {
  let even = 0
  let odd = 0
  for (let k = 0; k < a.length; k += 2) {
    even += a[k] * b[k]
    odd += a[k + 1] * b[k + 1]
  }
  return even + odd
}

function maxSim(query, passage) {
  return query.reduce((sum, token) => sum + passage.reduce((best, other) => Math.max(best, dot(token, other)), -1), 0)
}

function standardized(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1
  return values.map(value => (value - mean) / deviation)
}

/** Query → passage → BM25's score. */
function bm25(folder, top) {
  const temporary = mkdtempSync(join(tmpdir(), 'measure-'))
  const run = join(temporary, 'run.trec')
  const { status, stderr } = spawnSync(process.execPath, [
    ...[command, 'eval', '--model', 'bm25', '--data', folder],
    ...['--top', String(top), '--run', run],
  ])
  if (status !== 0) throw new Error(String(stderr))
  const found = new Map()
  for (const line of readFileSync(run, 'utf8').trim().split('\n')) {
    const [query, , passage, , score] = line.split(' ')
    if (!found.has(query)) found.set(query, new Map())
    found.get(query).set(passage, Number(score))
  }
  rmSync(temporary, { recursive: true })
  return found
}

function round(value) {
  return Number(value.toFixed(4))
}
