import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { describe, expect, test } from 'vitest'
import { CHUNK_BYTES } from '../../src/model/manifest.js'
import { conversions, copyOracle, readModelFolder } from '../../test/convertedModels.js'
import { convertOracle } from '../../test/convertOracle.js'
import { oracleFolder } from '../oracles/read.js'
import { convert } from './convert.js'

const { root, fresh, converted } = conversions()

describe('a model folder', () => {
  test('holds the files that its manifest names, with their hashes', async () => {
    const { out, report } = await converted('bert-relu', 'q8')
    expect(readdirSync(out).sort()).toEqual(['manifest.json', 'tokenizer.json', 'weights.safetensors'])
    const { manifest } = readModelFolder(out)
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
    expect(readModelFolder(plain).manifest).toMatchObject({
      name: plain.split('/').at(-1),
      license: 'mit',
      origin: 'MVP-tiny',
    })
    // As Git for Windows checks it out.
    writeFileSync(join(folder, 'README.md'), '---\r\nlanguage: en\r\nlicense: mit\r\n---\r\n# A model\r\n')
    const windows = fresh()
    await convert(folder, { out: windows, views: 1, maxLength: 48 })
    expect(readModelFolder(windows).manifest.license).toBe('mit')
    const told = fresh()
    await convert(folder, { out: told, views: 1, maxLength: 48, name: 'a', license: 'b', origin: 'c' })
    expect(readModelFolder(told).manifest).toMatchObject({ name: 'a', license: 'b', origin: 'c' })
  })

  test("has MVP's prompt for T5, and that of its training for mvp-bert", async () => {
    const t5 = readModelFolder((await converted('t5-odd', 'fp32')).out).manifest
    expect(t5.prompt).toEqual({
      rerank: [{ ids: [399, 398, 397] }, { text: ' | Query: {query} | Context: {context}' }, { ids: [1] }],
      firstView: 0,
      padId: 0,
      maxLength: 48,
    })
    expect(t5.defaults).toEqual({ depth: 3, refine: 0 })
    const bert = readModelFolder((await converted('bert-gated', 'fp32')).out).manifest
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
    const { out, report } = await converted('bert-relu', 'q8', { onnx: true })
    const names = report.files.map(({ path }) => path).filter(path => path.endsWith('.onnx'))
    expect(names.sort()).toEqual(['anchor.fp32.onnx', 'anchor.int8.onnx', 'encoder.fp32.onnx', 'encoder.int8.onnx'])
    for (const name of names) {
      const session = await ort.InferenceSession.create(join(out, name))
      expect(session.outputNames).toContain(name.startsWith('anchor') ? 'scores' : 'vectors')
      await session.release()
    }
    const { manifest } = readModelFolder(out)
    expect(manifest.files.map(({ path }) => path)).toEqual(['weights.safetensors', 'tokenizer.json'])
  })
})

describe('leaves nothing behind', () => {
  const parent = () => {
    const folder = fresh()
    mkdirSync(folder)
    return folder
  }
  const options = { views: 4, maxLength: 48 }

  test('where a model exists already, unless it is to be replaced', async () => {
    const folder = parent()
    const out = join(folder, 'model')
    mkdirSync(out)
    writeFileSync(join(out, 'manifest.json'), 'old')
    await expect(convertOracle('t5-relu', { out })).rejects.toMatchObject({ code: 'output-exists' })
    expect(readFileSync(join(out, 'manifest.json'), 'utf8')).toBe('old')
    await convertOracle('t5-relu', { out, force: true })
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
    const running = convertOracle('t5-relu', {
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
