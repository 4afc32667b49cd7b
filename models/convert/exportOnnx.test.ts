import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { conversions } from '../../test/convertedModels.js'
import { convertOracle } from '../../test/convertOracle.js'
import { DEEP_ORACLE, oracleFolder } from '../oracles/read.js'
import { exportOnnx, isModelFolder } from './exportOnnx.js'

const { root: folder } = conversions()

test('a converted model gives the graphs that its checkpoint gives', async () => {
  const whole = join(folder, 'whole')
  const bare = join(folder, 'bare')
  const options = { name: 'tiny', dtype: 'q8', maxLength: 40 } as const
  await convertOracle('bert-gated', { out: whole, onnx: true, ...options })
  await convertOracle('bert-gated', { out: bare, ...options })
  expect([isModelFolder(bare), isModelFolder(oracleFolder('bert-gated'))]).toEqual([true, false])
  const out = join(folder, 'exported')
  const files = await exportOnnx(bare, { out })
  expect(files.map(({ path }) => path)).toContain('encoder.int8.onnx')
  expect(readdirSync(out).sort()).toEqual(readdirSync(whole).sort())
  for (const path of readdirSync(whole)) {
    expect(readFileSync(join(out, path)).equals(readFileSync(join(whole, path))), path).toBe(true)
  }
  await expect(exportOnnx(bare, { out })).rejects.toMatchObject({ code: 'output-exists' })

  writeFileSync(join(bare, 'weights.safetensors'), 'no weights')
  await expect(exportOnnx(bare, { out: join(folder, 'failed') })).rejects.toMatchObject({ code: 'bad-weights' })
  expect(readdirSync(folder).sort()).toEqual(['bare', 'exported', 'whole'])
})

test('where texts alone run deeper than pairs, the graphs are one for each, and one of the anchors', async () => {
  const out = join(folder, 'deep')
  const { files } = await convertOracle(DEEP_ORACLE, { out, onnx: true, dtype: 'fp32' })
  expect(files.map(({ path }) => path).filter(path => path.endsWith('.onnx'))).toEqual([
    'encoder.fp32.onnx',
    'texts.fp32.onnx',
    'anchor.fp32.onnx',
  ])
  const outputs = (path: string) => {
    const text = readFileSync(join(out, path), 'latin1')
    return ['vectors', 'hidden'].filter(name => text.includes(name))
  }
  expect(outputs('encoder.fp32.onnx')).toContain('vectors')
  expect(outputs('texts.fp32.onnx')).toEqual(['hidden'])
})
