import { cpus } from 'node:os'
import { test } from 'playwright/test'
import { embeddingCosines, scannedEmbeddings } from '../../src/search/embeddingScan.js'
import { lateInteraction, scannedCodes } from '../../src/search/lateInteraction.js'
import { packTokenCodes, unpackTokenCodes } from '../../src/search/tokenCodes.js'
import { topK } from '../../src/search/topK.js'
import { writeResults } from '../support/results.js'

const WIDTH = 384
const SECTIONS = 10_000
/** The most that `mvp-rerank index` makes of a section. */
const CODES = 25
const ROUNDS = 41
const CANDIDATES = [200, 400, 1000]
const TOKENS = [4, 8, 16, 32]
/** Sections whose embeddings are compared with a query's. */
const EMBEDDED = [10_000, 50_000, 100_000, 500_000]
/** The best that are kept. */
const BEST = 100

/** Small numbers that look random and are the same in every run. */
function numbers(count: number): Float32Array {
  let state = 7
  return Float32Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647 - 0.5
  })
}

test('late interaction over token codes: time of one query', () => {
  const section = (place: number) =>
    Uint8Array.from({ length: (CODES * WIDTH) / 8 }, (_, i) => (i * 37 + place * 101) >> 2)
  const packed = packTokenCodes(
    new Float32Array(WIDTH),
    Array.from({ length: SECTIONS }, (_, i) => section(i)),
  )
  const codes = scannedCodes(unpackTokenCodes(packed, SECTIONS, WIDTH))
  const rows = TOKENS.map(tokens => {
    const query = numbers(tokens * WIDTH)
    const times = CANDIDATES.map(count => {
      const places = Array.from({ length: count }, (_, i) => (i * 7919) % SECTIONS)
      return cpuMs(() => lateInteraction(query, codes, places))
    })
    return `| ${tokens} | ${times.map(time => time.toFixed(1)).join(' | ')} |`
  })
  const embedding = numbers(WIDTH)
  const scans = EMBEDDED.map(sections => {
    const embeddings = Uint8Array.from({ length: (sections * WIDTH) / 8 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 24)
    const scanned = scannedEmbeddings(embeddings, WIDTH)
    return cpuMs(() => topK(embeddingCosines(embedding, scanned), BEST, -1))
  })
  writeResults('lateScan', [
    '## The scan of token codes',
    '',
    `CPU ms of one query in Node, one thread, median of ${ROUNDS}; ${SECTIONS} sections of ${CODES} codes, ${(packed.length / 1e6).toFixed(1)} MB; ${cpus()[0]!.model.trim()}. Across: candidates; down: tokens of the query.`,
    '`npx playwright test -c bench lateScan`',
    '',
    `| | ${CANDIDATES.join(' | ')} |`,
    `|-|${CANDIDATES.map(() => '-|').join('')}`,
    ...rows,
    '',
    `Before it, all embeddings are compared with the query's, and the best ${BEST} are kept: ${EMBEDDED.map((sections, i) => `${scans[i]!.toFixed(1)} ms for ${sections} sections`).join(', ')}.`,
  ])
})

/** CPU time, the median. */
function cpuMs(task: () => unknown): number {
  const spent = Array.from({ length: ROUNDS }, () => {
    const begin = process.cpuUsage()
    task()
    const { user, system } = process.cpuUsage(begin)
    return (user + system) / 1000
  })
  return spent.sort((a, b) => a - b)[ROUNDS >> 1]!
}
