import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Manifest } from '../../src/model/manifest.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { planNodeRuntimes } from '../../src/runtime/nodeRuntimes.js'
import type { Runtime } from '../../src/runtime/runtime.js'
import { conversions, copyOracle, readModelFolder } from '../../test/convertedModels.js'
import { DEEP_ORACLE, ORACLES, oracleFolder, readOracle } from '../oracles/read.js'
import { convert } from './convert.js'
import { probeScores } from './probe.js'

const { root, fresh, converted } = conversions()

let runtime: Runtime
beforeAll(async () => {
  const [plan] = await planNodeRuntimes({
    device: 'auto',
    precision: 'fp32',
    threads: 1,
    quantized: false,
    allowsHalf: false,
  })
  runtime = await plan!.open()
})
afterAll(() => runtime.dispose())

describe.each(ORACLES)('%s', name => {
  test("in full precision gives the original's scores", async () => {
    const { out, report } = await converted(name, 'fp32')
    const { manifest, weights } = readModelFolder(out)
    const exact = Object.fromEntries(manifest.architecture.exits.map(depth => [depth, 1]))
    expect(report.loss.fp32).toEqual({ error: 0, tau: exact })
    for (const { ids, types, exits } of readOracle(name).lists) {
      const prompts = ids.map((each, i) => (types ? { ids: each, types: types[i]! } : { ids: each }))
      const run = { runtime, dialect: { device: 'wasm', precision: 'fp32' } } as const
      const scores = await probeScores(weights, manifest, prompts, run)
      for (const [depth, { scores: expected }] of Object.entries(exits)) {
        const difference = Math.max(...expected.map((score, i) => Math.abs(score - scores[depth]![i]!)))
        expect(difference).toBeLessThan(1e-4)
      }
    }
  })

  test('in q8 records what it loses', async () => {
    const { out, report } = await converted(name, 'q8')
    const { manifest } = readModelFolder(out)
    const scores = Object.values(manifest.probe.scores).flat()
    const spread = Math.max(...scores) - Math.min(...scores)
    for (const precision of ['fp32', 'int8'] as const) {
      expect(manifest.probe.errors[precision]).toBe(report.loss[precision]!.error)
      expect(manifest.probe.errors[precision]).toBeGreaterThan(0)
      // The largest of a few dozen scores' errors; beyond half the spread the best and the worst passage could change
      // places.
      expect(manifest.probe.errors[precision]).toBeLessThan(4 * roundingNoise(name, manifest, precision))
      expect(manifest.probe.errors[precision]).toBeLessThan(0.5 * spread)
    }
    expect(manifest.probe.errors.fp16 === undefined).toBe(manifest.architecture.family === 't5')
    const { embeddings } = manifest.probe
    expect(embeddings !== undefined).toBe(manifest.prompt.embed !== undefined)
    if (!embeddings) return
    expect(Object.keys(embeddings.errors).sort()).toEqual(Object.keys(manifest.probe.errors).sort())
    expect(embeddings.errors.int8).toBeGreaterThan(0)
    expect(embeddings.errors.int8).toBeLessThan(0.1)
  })
})

/**
 * Standard deviation that rounding to 8 bits must give a score, from the sizes that the original's vectors have. A row
 * of n numbers whose largest is three times their root mean square is rounded by 3 / 127 / √12 of its size. Each
 * product adds that noise, once for its weights and, in int8, once for what it is given; noises add up as squares. What
 * reaches a vector e and an anchor a is spread over their d directions, and a · e sees one; a score is the mean of m
 * such views.
 */
function roundingNoise(name: (typeof ORACLES)[number], { architecture, views }: Manifest, precision: 'fp32' | 'int8') {
  const { layers, width, anchor } = architecture
  const products = 6 * layers + 4 * (anchor?.layers ?? 0)
  const relative = (3 / 127 / Math.sqrt(12)) * Math.sqrt((precision === 'int8' ? 2 : 1) * products)
  const exits = readOracle(name).lists.flatMap(list => Object.values(list.exits))
  const sizes = exits.flatMap(({ anchors, vectors }) =>
    anchors.flatMap((a, view) => vectors.map(e => Math.hypot(...a) * Math.hypot(...e[view]!))),
  )
  return (relative * Math.max(...sizes) * Math.SQRT2) / Math.sqrt(width * views)
}

describe('wide layers', () => {
  test('are stored in 8 bits and lose less than the others would', async () => {
    const { report: plain } = await converted('bert-relu', 'q4')
    const { out, report } = await converted('bert-relu', 'q4', { wide: 2 })
    const { manifest, weights } = readModelFolder(out)
    expect(manifest.wide).toHaveLength(2)
    for (let layer = 0; layer < 6; layer++) {
      const kind = manifest.wide!.includes(layer) ? 'q8' : 'q4'
      for (const part of ['attention.q', 'ff.down']) {
        expect(weights.get(`encoder.${layer}.${part}.weight`).kind).toBe(kind)
      }
    }
    expect(weights.get('encoder.embed.weight').kind).toBe('q4')
    expect(report.bytes).toBeGreaterThan(plain.bytes)
    expect(report.loss.fp32!.error).toBeLessThan(plain.loss.fp32!.error)
  })

  test('of another dtype are refused, and a manifest that names others than the file has', async () => {
    const refusal = converted('bert-relu', 'q8', { wide: 1 })
    await expect(refusal).rejects.toMatchObject({ code: 'bad-option' })
    const { out } = await converted('bert-relu', 'q4', { wide: 1 })
    const path = join(out, 'manifest.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...manifest, wide: [] }))
    expect(() => readModelFolder(out)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
  })
})

describe('refuses', () => {
  const refused = async (code: string, folder: string, options: Partial<Parameters<typeof convert>[1]> = {}) =>
    expect(convert(folder, { out: fresh(), maxLength: 48, ...options })).rejects.toMatchObject({ code })

  test('q4 of rows that are no multiple of 32', () =>
    refused('unsupported', oracleFolder('t5-odd'), { dtype: 'q4', views: 3 }))

  test('more views than there are tokens for, or other than the checkpoint has', async () => {
    await refused('bad-option', oracleFolder('t5-relu'), { views: 101 })
    await refused('bad-option', oracleFolder('bert-relu'), { views: 3 })
  })

  test('a prompt longer than the positions, or too short for a passage', async () => {
    await refused('bad-option', oracleFolder('bert-relu'), { maxLength: 65 })
    await refused('bad-option', oracleFolder('t5-relu'), { maxLength: 5 })
    await refused('bad-option', oracleFolder('t5-relu'), { maxLength: 20 })
  })

  test.each([{ query: 3 }, 'query: '])('prompts of an mvp-bert that are no texts: %j', async prompts => {
    const folder = copyOracle(DEEP_ORACLE, join(root, 'prompts'))
    const path = join(folder, 'config.json')
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), prompts }))
    await refused('bad-config', folder)
  })

  test('a tokenizer that is missing, damaged or of another model', async () => {
    const folder = copyOracle('t5-f16', join(root, 'tokenizers'))
    const path = join(folder, 'tokenizer.json')
    const tokenizer = JSON.parse(readFileSync(path, 'utf8'))
    const write = (changes: object) => writeFileSync(path, JSON.stringify({ ...tokenizer, ...changes }))
    write({
      added_tokens: tokenizer.added_tokens.filter(({ content }: { content: string }) => !content.startsWith('<extra')),
    })
    await refused('bad-tokenizer', folder)
    write({ added_tokens: [...tokenizer.added_tokens, { id: 5000, content: '<more>', special: true }] })
    await refused('bad-tokenizer', folder)
    writeFileSync(path, '{')
    await refused('bad-tokenizer', folder)
    rmSync(path)
    await refused('missing-file', folder)
  })
})

test('the manifest is one that this version reads', async () => {
  const { out } = await converted('bert-gated', 'q8')
  const json = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as Manifest
  expect(parseManifest(json)).toEqual(json)
})
