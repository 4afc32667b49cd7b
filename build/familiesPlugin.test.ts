import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { openCheckpoint } from '../models/convert/checkpoint.js'
import { tokenizerFromSpiece } from '../models/convert/spiece.js'
import { type OracleName, oracleFolder } from '../models/oracles/read.js'
import { makeString } from '../models/oracles/tokenizer/strings.js'
import type { Families } from '../src/engine/families.js'
import { buildEncoderStage } from '../src/graph/encoder.js'
import { buildStage } from '../src/graph/encoderStage.js'
import { familyLoader } from '../src/service/familyLoader.js'
import { loadTokenizer, openTokenizer } from '../src/tokenizer/loadTokenizer.js'
import { createTokenizer } from '../src/tokenizer/tokenize.js'
import { familiesBeside } from './familiesPlugin.js'

const modules: Record<string, string> = {}

beforeAll(async () => {
  const context = {
    emitFile: ({ fileName, source }: { fileName: string; source: string }) => {
      modules[fileName] = source
    },
  }
  const emit = familiesBeside('').generateBundle as unknown as (this: typeof context) => Promise<void>
  await emit.call(context)
})

/** As a worker loads it. */
async function load<Name extends keyof Families>(name: Name): Promise<Families[Name]> {
  const address = (file: string) => `data:text/javascript,${encodeURIComponent(modules[file]!)}`
  const families = {
    t5: address('family-t5.js'),
    modernbert: address('family-modernbert.js'),
    Unigram: address('family-unigram.js'),
    BPE: address('family-bpe.js'),
  }
  return familyLoader({ families, ort: {} as never })(name)
}

test('each family is one module, which Vite does not put into the code of a page', () => {
  expect(Object.keys(modules).sort()).toEqual([
    'family-bpe.js',
    'family-modernbert.js',
    'family-t5.js',
    'family-unigram.js',
  ])
  for (const source of Object.values(modules)) {
    expect(source).not.toMatch(/\bimport\b/)
    // Errors are made by the worker's own class.
    expect(source).not.toContain('RerankError')
    expect(Buffer.byteLength(source)).toBeGreaterThanOrEqual(4096)
  }
})

const oracle = (name: string) => readFileSync(new URL(`../models/oracles/tokenizer/${name}`, import.meta.url))
const files = {
  Unigram: tokenizerFromSpiece(oracle('spiece.model')),
  BPE: JSON.parse(oracle('byteLevel.json').toString()),
}

test.each(['Unigram', 'BPE'] as const)('%s as a module gives the same ids, and typed errors', async type => {
  const loaded = await loadTokenizer(openTokenizer(files[type]), load)
  const whole = createTokenizer(files[type])
  for (let i = 0; i < 300; i++) {
    const text = makeString(i)
    expect(loaded.encode(text)).toEqual(whole.encode(text))
    expect(loaded.knownShare(text)).toBe(whole.knownShare(text))
  }
  const damaged = { ...files[type], model: { type, vocab: {} } }
  await expect(loadTokenizer(openTokenizer(damaged), load)).rejects.toMatchObject({
    name: 'RerankError',
    code: 'bad-tokenizer',
  })
})

test.each([
  ['t5', 't5-gated'],
  ['modernbert', 'cross-encoder-modernbert-mean'],
] as const)('%s as a module builds the same graphs', async (name, checkpoint: OracleName) => {
  const { architecture, source } = openCheckpoint(oracleFolder(checkpoint))
  const family = await load(name)
  for (const device of ['wasm', 'webgpu'] as const) {
    const of = [source, architecture, { views: 1, firstView: 0 }, { device, precision: 'fp32' }] as const
    const stage = { from: 0, to: architecture.layers }
    expect(buildStage(...of, stage, family)).toEqual(buildEncoderStage(...of, stage))
  }
})
