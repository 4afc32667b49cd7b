import { cpus } from 'node:os'
import { test } from 'playwright/test'
import { lateInteraction, scannedCodes } from '../../src/search/lateInteraction.js'
import { packTokenCodes, unpackTokenCodes } from '../../src/search/tokenCodes.js'
import { writeResults } from '../support/results.js'

const WIDTH = 384
const SECTIONS = 10_000
/** The most that `mvp-rerank index` makes of a section. */
const CODES = 25
const ROUNDS = 41
const CANDIDATES = [200, 400, 1000]
const TOKENS = [4, 8, 16, 32]

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
      const spent = Array.from({ length: ROUNDS }, () => {
        const begin = process.cpuUsage()
        lateInteraction(query, codes, places)
        const { user, system } = process.cpuUsage(begin)
        return (user + system) / 1000
      })
      return spent.sort((a, b) => a - b)[ROUNDS >> 1]!
    })
    return `| ${tokens} | ${times.map(time => time.toFixed(1)).join(' | ')} |`
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
  ])
})
