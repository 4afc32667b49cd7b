import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { copyOracle, editHeader, temporaryFolder } from '../../test/convertedModels.js'
import { DEEP_ORACLE, oracleFolder } from '../oracles/read.js'
import { openCheckpoint } from './checkpoint.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)

let folder: string
let weights: string
beforeEach(() => {
  folder = join(root, 'checkpoint')
  weights = join(folder, 'model.safetensors')
  rmSync(folder, { recursive: true, force: true })
  copyOracle('t5-relu', folder)
})

const refused = (code: string, message: string | RegExp = '') =>
  expect(async () => openCheckpoint(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })

const editConfig = (changes: Record<string, unknown>) => {
  const path = join(folder, 'config.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }))
}

describe('reads', () => {
  test('the same weights under the names of the authors and of T5', async () => {
    const checkpoint = openCheckpoint(oracleFolder('t5-wrapped'))
    expect(checkpoint.architecture).toMatchObject({ family: 't5', heads: 2, headWidth: 8, anchor: { layers: 2 } })
    expect(checkpoint.specs.every(({ name }) => checkpoint.source.has(name))).toBe(true)
    checkpoint.close()
  })

  test('the embeddings under any of their names', async () => {
    const { rows, close } = openCheckpoint(folder)
    const expected = rows('encoder.embed.weight', 0, 4)
    const start = rows('anchor.start', 0, 1)
    close()
    for (const name of [
      'encoder.embed_tokens.weight',
      'decoder.embed_tokens.weight',
      'encoder.encoder.embed_tokens.weight',
    ]) {
      copyOracle('t5-relu', folder)
      editHeader(weights, header => {
        header[name] = header['shared.weight']!
        delete header['shared.weight']
      })
      const checkpoint = openCheckpoint(folder)
      expect(checkpoint.rows('encoder.embed.weight', 0, 4)).toEqual(expected)
      expect(checkpoint.rows('anchor.start', 0, 1)).toEqual(start)
      checkpoint.close()
    }
  })

  test('any rows of a tensor, the same as of the whole', async () => {
    const { source, rows, specs, close } = openCheckpoint(oracleFolder('t5-sharded'))
    for (const { name, shape } of specs) {
      const whole = source.get(name)
      const size = whole.data.length / shape[0]!
      const from = Math.floor(shape[0]! / 3)
      expect(rows(name, from, shape[0]!)).toEqual(whole.data.slice(from * size))
    }
    close()
  })

  test('positions of BERT up to the longest padded prompt', async () => {
    const whole = openCheckpoint(oracleFolder('bert-relu'), { maxLength: 64 })
    const short = openCheckpoint(oracleFolder('bert-relu'), { maxLength: 17 })
    expect(whole.architecture).toMatchObject({ positions: 64 })
    expect(short.architecture).toMatchObject({ positions: 32 })
    expect(short.rows('encoder.position.weight', 0, 32)).toEqual(whole.rows('encoder.position.weight', 0, 32))
    whole.close()
    short.close()
  })
})

describe('refuses', () => {
  test('a folder that is none, or has no config.json', async () => {
    rmSync(join(folder, 'config.json'))
    await refused('missing-file')
    folder = weights
    await refused('not-a-folder')
    folder = join(root, 'nowhere')
    await refused('not-a-folder')
  })

  test('a config.json that is damaged or lacks a number', async () => {
    editConfig({ d_model: undefined })
    await refused('bad-config', 'd_model')
    editConfig({ d_model: -3 })
    await refused('bad-config', 'd_model')
    writeFileSync(join(folder, 'config.json'), '{"model_type": ')
    await refused('bad-config')
  })

  test.each([
    ['exits', { exits: [] }],
    ['exits', { exits: [2, 1] }],
    ['exits', { exits: [2, 9] }],
    ['depth', { depth: 5 }],
  ])('an mvp-bert with wrong %s: %j', async (field, change) => {
    rmSync(folder, { recursive: true })
    copyOracle(DEEP_ORACLE, folder)
    editConfig(change)
    await refused('bad-config', field)
  })

  test('an architecture that is not known', async () => {
    editConfig({ model_type: 'llama' })
    await refused('unknown-architecture', 'llama')
    editConfig({ model_type: undefined })
    await refused('unknown-architecture')
    editConfig({ model_type: 't5', feed_forward_proj: 'gated-silu' })
    await refused('unknown-architecture', 'gated-silu')
  })

  test('a folder without weights, or with a pointer to them', async () => {
    writeFileSync(weights, 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n')
    await expect(async () => openCheckpoint(folder)).rejects.toMatchObject({
      code: 'missing-file',
      remedy: 'Run `git lfs pull`.',
    })
    rmSync(weights)
    await refused('missing-file')
    mkdirSync(weights)
    await refused('missing-file')
  })

  test('a missing tensor', async () => {
    editHeader(weights, header => {
      delete header['decoder.final_layer_norm.weight']
    })
    await refused('missing-tensor', 'decoder.final_layer_norm.weight')
  })

  test('a tensor of another shape than config.json says', async () => {
    editConfig({ d_ff: 128 })
    await refused('wrong-shape', /\[64,32\].*\[128,32\]/)
  })

  test('a tensor in a type that is not known', async () => {
    editHeader(weights, header => {
      header['shared.weight']!.dtype = 'F8_E4M3'
    })
    const checkpoint = openCheckpoint(folder)
    expect(() => checkpoint.source.get('encoder.embed.weight')).toThrow(
      expect.objectContaining({ code: 'unsupported-dtype' }),
    )
    checkpoint.close()
  })

  test('a truncated file', async () => {
    const { length } = readFileSync(weights)
    truncateSync(weights, length - 1)
    await refused('truncated-file')
    truncateSync(weights, 5)
    await refused('truncated-file')
    truncateSync(weights, 0)
    await refused('truncated-file')
  })

  test('a header longer than the file', async () => {
    const bytes = readFileSync(weights)
    bytes.writeBigUInt64LE(BigInt(bytes.length), 0)
    writeFileSync(weights, bytes)
    await refused('bad-header')
  })

  test('offsets that overlap or leave the file', async () => {
    const shift = (by: number) =>
      editHeader(weights, header => {
        header['encoder.final_layer_norm.weight']!.data_offsets = [by, by + 128]
      })
    shift(4)
    await refused('bad-offsets', 'overlaps')
    shift(1e12)
    await refused('bad-offsets', 'encoder.final_layer_norm.weight')
  })

  test('a pickle that wants to import something', async () => {
    rmSync(folder, { recursive: true })
    copyOracle('t5-wrapped', folder)
    const path = join(folder, 'pytorch_model.bin')
    const bytes = readFileSync(path)
    const at = bytes.indexOf('collections\nOrderedDict')
    bytes.write('os\nsystem\n', at, 'latin1')
    writeFileSync(path, bytes)
    await refused('unsafe-pickle', /os\.system at byte \d+/)
  })
})

describe('shards', () => {
  const index = () => join(folder, 'model.safetensors.index.json')
  beforeEach(() => {
    rmSync(folder, { recursive: true })
    copyOracle('t5-sharded', folder)
  })

  test('one that the index names must be there', async () => {
    rmSync(join(folder, 'model-00002-of-00002.safetensors'))
    await refused('missing-shard', 'model-00002-of-00002.safetensors')
  })

  test('none may lie outside of the folder', async () => {
    writeFileSync(index(), JSON.stringify({ weight_map: { a: '../../etc/passwd' } }))
    await refused('bad-header', 'no file of the folder')
  })

  test.each([
    ['too long for a file', 'a'.repeat(5000)],
    ['with a zero byte', 'model-00001-of-00002.safetensors\0'],
  ])('a name that no file can have is missing: %s', async (_, name) => {
    writeFileSync(index(), JSON.stringify({ weight_map: { a: name } }))
    await refused('missing-shard', 'which is missing')
  })

  test('the index must be one', async () => {
    writeFileSync(index(), '{}')
    await refused('bad-header')
    writeFileSync(index(), '{')
    await refused('bad-header')
  })

  test('a tensor may be in one of them only', async () => {
    copyOracle('t5-sharded', folder)
    const [first, second] = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']
    writeFileSync(join(folder, second!), readFileSync(join(folder, first!)))
    await refused('bad-header', 'Two shards hold')
  })
})
