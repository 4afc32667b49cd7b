import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planNodeRuntimes } from '../../src/runtime/nodeRuntimes.js'
import type { Runtime } from '../../src/runtime/runtime.js'
import { CHUNK_BYTES, type Dtype, type Manifest } from '../../src/store/manifest.js'
import { parseManifest } from '../../src/store/parseManifest.js'
import { openWeights } from '../../src/store/safetensors.js'
import { ORACLES, oracleFolder, readOracle } from '../oracles/read.js'
import { type ConversionReport, convert } from './convert.js'
import { probeScores } from './probe.js'
import { copyOracle, temporaryFolder } from './testing.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)

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

const read = (folder: string) => {
  const manifest = parseManifest(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')))
  return { manifest, weights: openWeights(readFileSync(join(folder, 'weights.safetensors')), manifest) }
}

let made = 0
const fresh = () => join(root, `model-${made++}`)

async function converted(
  name: (typeof ORACLES)[number],
  dtype: Dtype,
): Promise<{ out: string; report: ConversionReport }> {
  const out = fresh()
  const { views, maxLength } = readOracle(name)
  return { out, report: await convert(oracleFolder(name), { out, dtype, views, maxLength }) }
}

describe.each(ORACLES)('%s', name => {
  test("in full precision gives the original's scores", async () => {
    const { out, report } = await converted(name, 'fp32')
    const { manifest, weights } = read(out)
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
    const { manifest } = read(out)
    const scores = Object.values(manifest.probe.scores).flat()
    const spread = Math.max(...scores) - Math.min(...scores)
    for (const precision of ['fp32', 'int8'] as const) {
      expect(manifest.probe.errors[precision]).toBe(report.loss[precision]!.error)
      expect(manifest.probe.errors[precision]).toBeGreaterThan(0)
      // The largest of a few dozen scores' errors; beyond half the spread the best and the worst passage could change places.
      expect(manifest.probe.errors[precision]).toBeLessThan(4 * roundingNoise(name, manifest, precision))
      expect(manifest.probe.errors[precision]).toBeLessThan(0.5 * spread)
    }
    expect(manifest.probe.errors.fp16 === undefined).toBe(manifest.architecture.family === 't5')
  })
})

/**
 * Standard deviation that rounding to 8 bits must give a score, from the sizes that the original's vectors have. A row of n numbers whose largest is three
 * times their root mean square is rounded by 3 / 127 / √12 of its size. Each product adds that noise, once for its weights and, in int8, once for what it
 * is given; noises add up as squares. What reaches a vector e and an anchor a is spread over their d directions, and a · e sees one; a score is the mean
 * of m such views.
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

describe('a model folder', () => {
  test('holds the files that its manifest names, with their hashes', async () => {
    const { out, report } = await converted('bert-relu', 'q8')
    expect(readdirSync(out).sort()).toEqual(['manifest.json', 'tokenizer.json', 'weights.safetensors'])
    const { manifest } = read(out)
    for (const { path, bytes, sha256, chunks } of manifest.files) {
      const content = readFileSync(join(out, path))
      const hash = (part: Uint8Array) => createHash('sha256').update(part).digest('hex')
      expect(content.length).toBe(bytes)
      expect(hash(content)).toBe(sha256)
      expect(chunks).toEqual(
        Array.from({ length: Math.ceil(bytes / CHUNK_BYTES) }, (_, i) =>
          hash(content.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)),
        ),
      )
    }
    expect(report.bytes).toBe(readdirSync(out).reduce((sum, path) => sum + readFileSync(join(out, path)).length, 0))
  })

  test('names itself, its licence and its origin as it is told, or as the checkpoint says', async () => {
    const folder = copyOracle('t5-f16', join(root, 'MVP-tiny'))
    writeFileSync(join(folder, 'README.md'), '---\nlanguage: en\nlicense: mit\n---\n# A model\n')
    const plain = fresh()
    await convert(folder, { out: plain, views: 1, maxLength: 48 })
    expect(read(plain).manifest).toMatchObject({ name: plain.split('/').at(-1), license: 'mit', origin: 'MVP-tiny' })
    const told = fresh()
    await convert(folder, { out: told, views: 1, maxLength: 48, name: 'a', license: 'b', origin: 'c' })
    expect(read(told).manifest).toMatchObject({ name: 'a', license: 'b', origin: 'c' })
  })

  test("has MVP's prompt for T5, and that of its training for mvp-bert", async () => {
    const t5 = read((await converted('t5-odd', 'fp32')).out).manifest
    expect(t5.prompt).toEqual({
      rerank: [{ ids: [399, 398, 397] }, { text: ' | Query: {query} | Context: {context}' }, { ids: [1] }],
      firstView: 0,
      padId: 0,
      maxLength: 48,
    })
    expect(t5.defaults).toEqual({ depth: 3, refine: 0 })
    const bert = read((await converted('bert-gated', 'fp32')).out).manifest
    expect(bert.prompt.rerank[0]).toEqual({ ids: [6, 1, 2, 3] })
    expect(bert.prompt).toMatchObject({ firstView: 1, padId: 0, maxLength: 48 })
    expect(bert.architecture.exits).toEqual([1, 3])
  })

  test('has a tokenizer made from spiece.model where there is no other', async () => {
    expect(existsSync(join(oracleFolder('t5-gated'), 'tokenizer.json'))).toBe(false)
    const { out } = await converted('t5-gated', 'fp32')
    expect(JSON.parse(readFileSync(join(out, 'tokenizer.json'), 'utf8')).model.type).toBe('Unigram')
  })

  test('has tensors that begin at multiples of 64 bytes and leave no holes', async () => {
    const bytes = readFileSync(join((await converted('t5-odd', 'q8')).out, 'weights.safetensors'))
    const headerBytes = Number(bytes.readBigUInt64LE(0))
    const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
      string,
      { data_offsets: [number, number] }
    >
    let end = 0
    for (const [
      name,
      {
        data_offsets: [begin, next],
      },
    ] of Object.entries(header)) {
      expect(begin).toBe(end)
      if (!name.startsWith('gap.')) expect((8 + headerBytes + begin) % 64).toBe(0)
      end = next
    }
    expect(8 + headerBytes + end).toBe(bytes.length)
  })

  test('has graphs as .onnx files that run by themselves, if asked for', async () => {
    const out = fresh()
    const { views, maxLength } = readOracle('bert-relu')
    const report = await convert(oracleFolder('bert-relu'), { out, onnx: true, views, maxLength })
    const names = report.files.map(({ path }) => path).filter(path => path.endsWith('.onnx'))
    expect(names.sort()).toEqual(['anchor.fp32.onnx', 'anchor.int8.onnx', 'encoder.fp32.onnx', 'encoder.int8.onnx'])
    for (const name of names) {
      const session = await ort.InferenceSession.create(join(out, name))
      expect(session.outputNames).toContain(name.startsWith('anchor') ? 'scores' : 'vectors')
      await session.release()
    }
    const { manifest } = read(out)
    expect(manifest.files.map(({ path }) => path)).toEqual(['weights.safetensors', 'tokenizer.json'])
  })
})

describe('leaves nothing behind', () => {
  const parent = () => {
    const folder = join(root, `parent-${made++}`)
    mkdirSync(folder)
    return folder
  }
  const options = { views: 4, maxLength: 48 }

  test('where a model exists already, unless it is to be replaced', async () => {
    const folder = parent()
    const out = join(folder, 'model')
    mkdirSync(out)
    writeFileSync(join(out, 'manifest.json'), 'old')
    await expect(convert(oracleFolder('t5-relu'), { ...options, out })).rejects.toMatchObject({ code: 'output-exists' })
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).toBe('old')
    await convert(oracleFolder('t5-relu'), { ...options, out, force: true })
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).not.toBe('old')
    expect(readdirSync(folder)).toEqual(['model'])
  })

  test('and takes nothing away but a model', async () => {
    const folder = copyOracle('t5-relu', join(root, 'precious'))
    const before = readdirSync(folder)
    await expect(convert(folder, { ...options, out: folder, force: true })).rejects.toMatchObject({
      code: 'output-exists',
    })
    expect(readdirSync(folder)).toEqual(before)
  })

  test('after an error half-way', async () => {
    const folder = parent()
    const damaged = copyOracle('t5-relu', join(root, 'infinite'))
    const path = join(damaged, 'model.safetensors')
    const bytes = readFileSync(path)
    bytes.writeFloatLE(Number.POSITIVE_INFINITY, bytes.length - 4)
    writeFileSync(path, bytes)
    await expect(convert(damaged, { ...options, out: join(folder, 'model') })).rejects.toMatchObject({
      code: 'bad-weights',
    })
    expect(readdirSync(folder)).toEqual([])
  })

  test.each(['weights', 'probe'])('after an abort in the phase %s', async phase => {
    const folder = parent()
    const controller = new AbortController()
    const running = convert(oracleFolder('t5-relu'), {
      ...options,
      out: join(folder, 'model'),
      signal: controller.signal,
      onProgress: progress => {
        if (progress.phase === phase) controller.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('wide layers', () => {
  const options = { dtype: 'q4', views: 4, maxLength: 48 } as const

  test('are stored in 8 bits and lose less than the others would', async () => {
    const plain = await convert(oracleFolder('bert-relu'), { ...options, out: fresh() })
    const out = fresh()
    const report = await convert(oracleFolder('bert-relu'), { ...options, out, wide: 2 })
    const { manifest, weights } = read(out)
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
    const refusal = convert(oracleFolder('bert-relu'), { ...options, dtype: 'q8', out: fresh(), wide: 1 })
    await expect(refusal).rejects.toMatchObject({ code: 'bad-option' })
    const out = fresh()
    await convert(oracleFolder('bert-relu'), { ...options, out, wide: 1 })
    const path = join(out, 'manifest.json')
    const manifest = JSON.parse(readFileSync(path, 'utf8'))
    writeFileSync(path, JSON.stringify({ ...manifest, wide: [] }))
    expect(() => read(out)).toThrow(expect.objectContaining({ code: 'bad-weights' }))
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
