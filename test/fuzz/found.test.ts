import { describe, expect, test } from 'vitest'
import { Config } from '../../models/convert/config.js'
import { readPickle } from '../../models/convert/pickle.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { headerLength, parseHeader } from '../../src/model/safetensorsHeader.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { safetensors } from '../convertedModels.js'
import { guarded, interruptible } from './guards.js'

/** Deeper than any stack; JSON.parse takes it. */
const DEEP = '['.repeat(100_000) + ']'.repeat(100_000)

/** What fuzzing found and was mended: each of these hung, overflowed the stack or asked for memory without bounds. */
const found: Record<string, { code: string; run: () => unknown }> = {
  'a pickle whose class name is a list that holds another twice, and so on: its text is 2^40 long': {
    code: 'unsafe-pickle',
    run: () => {
      const doubled = Array.from({ length: 40 }, (_, i) => [0x68, i, 0x68, i, 0x86, 0x94]).flat()
      return readPickle(Uint8Array.from([0x80, 2, 0x29, 0x94, ...doubled, 0x29, 0x93]))
    },
  },
  'a pickle whose class name is a list in a list, and so on': {
    code: 'unsafe-pickle',
    run: () => readPickle(Uint8Array.from([0x80, 2, 0x29, ...new Array(100_000).fill(0x85), 0x29, 0x93])),
  },
  "a tensor's name of 8 million characters": { code: 'bad-header', run: () => header('a'.repeat(8_000_000)) },
  "a tensor's name of as many line ends": { code: 'bad-header', run: () => header('\n'.repeat(8_000_000)) },
  'a manifest whose version is a list in a list, and so on': {
    code: 'version-mismatch',
    run: () => parseManifest(JSON.parse(`{"format": "mvp-rerank", "version": ${DEEP}}`)),
  },
  'a number of config.json that is such a list': {
    code: 'bad-config',
    run: () => Config.parse(`{"d_model": ${DEEP}}`).count('d_model'),
  },
  'a tokenizer whose type is such a list': {
    code: 'bad-tokenizer',
    run: () => createTokenizer(JSON.parse(`{"model": {"type": ${DEEP}}}`)),
  },
  'a normalizer that is a sequence in a sequence, and so on': {
    code: 'bad-tokenizer',
    run: () => {
      const normalizer = '{"type": "Sequence", "normalizers": ['.repeat(50_000) + ']}'.repeat(50_000)
      const model = '{"type": "Unigram", "unk_id": 0, "vocab": [["a", 0]]}'
      return createTokenizer(JSON.parse(`{"normalizer": ${normalizer}, "model": ${model}}`))
    },
  },
}

function header(name: string): unknown {
  const entry = { dtype: 'F32', shape: [1], data_offsets: [0, 8] }
  const file = safetensors(JSON.stringify({ [name]: entry }), new Uint8Array(8))
  return parseHeader(file.subarray(8, 8 + headerLength(file, file.length)), file.length)
}

describe('is refused', () => {
  for (const [what, { code, run }] of Object.entries(found)) {
    test(what, () => {
      const result = interruptible(() => guarded(run, 2 ** 20))
      expect(result).toMatchObject({ name: 'RerankError', code })
      expect((result as Error).message.length).toBeLessThan(300)
    })
  }
})

describe('sizes that a manifest may not ask for', () => {
  const manifest = (changes: object, views = 1) => ({
    format: 'mvp-rerank',
    version: 1,
    views,
    defaults: { depth: 1, refine: 0 },
    architecture: {
      family: 't5',
      layers: 1,
      exits: [1],
      width: 2 ** 20,
      heads: 1,
      headWidth: 1,
      ffWidth: 1,
      epsilon: 1e-6,
      vocabulary: 8,
      activation: 'relu',
      buckets: 32,
      maxDistance: 128,
      anchor: { layers: 1, heads: 1, headWidth: 1, ffWidth: 1, activation: 'relu', epsilon: 1e-6, ...changes },
    },
  })

  test('a start vector of 4 GiB for the views, from a weights file of 20 MB', () => {
    expect(() => parseManifest(manifest({}, 1024))).toThrow(/views/)
  })

  test('a mask of 2^60 numbers for the heads', () => {
    expect(() => parseManifest(manifest({ heads: 2 ** 20, headWidth: 2 ** 20 }))).toThrow(/anchor\.heads/)
  })
})
