import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { convert } from '../../models/convert/convert.js'
import { RerankError } from '../../src/api/errors.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { openWeights } from '../../src/model/safetensors.js'
import { temporaryFolder } from '../convertedModels.js'
import { convertOracle } from '../convertOracle.js'
import { browserTargets, type Target, useTokenizer } from './browserTargets.js'
import { checkpointTarget, DamagedCheckpoints } from './checkpointTargets.js'
import { formatTargets } from './formatTargets.js'
import { Random } from './random.js'
import { runCases, type Tally } from './runCases.js'

/**
 * A portion by time; all of it, by number, with `FUZZ_CASES=120000 npx vitest run --mode full test/fuzz`. `FUZZ_SEED`
 * is the first seed: a finding is run again with its own and FUZZ_CASES=1.
 */
const CASES = Number(process.env.FUZZ_CASES ?? 0)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
const SHARE_MS = 15_000
/** One in so many checkpoints is converted whole, which takes a hundred times as long as to read it. */
const WHOLE = 1000

const { path: root, clean } = temporaryFolder()
afterAll(clean)
const models = ['t5-sharded', 'bert-gated', 'cross-encoder'] as const
beforeAll(async () => {
  await convertOracle('t5-sharded', { out: join(root, 't5-sharded'), dtype: 'q4' })
  await convertOracle('bert-gated', { out: join(root, 'bert-gated'), dtype: 'fp32' })
  await convertOracle('cross-encoder', { out: join(root, 'cross-encoder'), dtype: 'q8' })
}, 120_000)

/** So many of the cases to a test. */
const until = (share: number) => {
  const end = performance.now() + SHARE_MS
  return (cases: number) => (CASES > 0 ? cases >= Math.ceil(CASES * share) : performance.now() >= end)
}

function report(name: string, { findings, ...tally }: Tally): void {
  console.log(name, JSON.stringify({ seeds: `${SEED} to ${SEED + tally.cases - 1}`, ...tally }))
  expect(findings.map(({ target, seed, what }) => `${target} ${seed}: ${what}`)).toEqual([])
}

test('what a page reads: manifests, weights, tokenizers', { timeout: 3_600_000 }, () => {
  const targets: Record<string, Target> = browserTargets(models.map(model => join(root, model)))
  report('page', runCases(targets, SEED, until(0.4)))
})

test('the formats inside of a checkpoint', { timeout: 3_600_000 }, () => {
  report('formats', runCases(formatTargets(), SEED, until(0.5)))
})

test('what convert reads: checkpoints of every kind', { timeout: 3_600_000 }, () => {
  const checkpoint = checkpointTarget(new DamagedCheckpoints(join(root, 'damaged')))
  report('checkpoints', runCases({ checkpoint }, SEED, until(0.1)))
})

test('convert leaves a model that loads, or nothing', { timeout: 3_600_000 }, async () => {
  const checkpoints = new DamagedCheckpoints(join(root, 'converted'))
  const parent = join(root, 'out')
  mkdirSync(parent)
  const done = CASES > 0 ? (cases: number) => cases >= CASES / WHOLE : until(1)
  let made = 0
  let cases = 0
  for (; !done(cases); cases++) {
    const seed = SEED + cases
    const random = new Random(seed)
    const { folder, restore } = checkpoints.make(random)
    const out = join(parent, 'model')
    try {
      await convert(folder, { out, dtype: random.pick(['q8', 'fp32']), force: true })
      const manifest = parseManifest(JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')))
      openWeights(new Uint8Array(readFileSync(join(out, 'weights.safetensors'))), manifest)
      useTokenizer(JSON.parse(readFileSync(join(out, 'tokenizer.json'), 'utf8')))
      made++
    } catch (error) {
      expect(error, `seed ${seed}`).toBeInstanceOf(RerankError)
      // Of an earlier case there may be a whole model: a failure takes nothing away.
      const left = existsSync(out) ? ['model'] : []
      expect(readdirSync(parent), `seed ${seed}`).toEqual(left)
    } finally {
      restore()
    }
    expect(readdirSync(parent), `seed ${seed}`).toEqual(existsSync(out) ? ['model'] : [])
  }
  console.log('converted', JSON.stringify({ seeds: `${SEED} to ${SEED + cases - 1}`, cases, made }))
})
