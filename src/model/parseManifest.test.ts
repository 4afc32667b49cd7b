import { describe, expect, test } from 'vitest'
import type { Manifest, MvpBertArchitecture } from './manifest.js'
import { parseManifest } from './parseManifest.js'

const hash = 'a'.repeat(64)

const weights = { mvp: 1, cosine: 0.5, lateInteraction: 0, firstStage: 0.25 }
const valid: Manifest = {
  format: 'mvp-rerank',
  version: 1,
  name: 'tiny',
  architecture: {
    family: 'bert',
    width: 32,
    layers: 4,
    heads: 4,
    headWidth: 8,
    ffWidth: 64,
    epsilon: 1e-12,
    vocabulary: 100,
    positions: 64,
    exits: [2, 4],
    anchor: { layers: 1, heads: 4, headWidth: 8, ffWidth: 64, activation: 'relu', epsilon: 1e-6 },
  },
  prompt: {
    rerank: [
      { ids: [2, 10, 11] },
      { text: '{query}', share: 0.5 },
      { ids: [3] },
      { text: '{context}', type: 1 },
      { ids: [3], type: 1 },
    ],
    embed: [{ ids: [2] }, { text: '{context}' }, { ids: [3] }],
    firstView: 1,
    padId: 0,
    maxLength: 64,
  },
  views: 2,
  dtype: 'q8',
  defaults: { depth: 4, refine: 0 },
  fusion: { mode: 'given', weights: { given: weights, embed: { ...weights, lateInteraction: 0.5 }, cascade: weights } },
  files: [{ path: 'weights.safetensors', bytes: 5 * 2 ** 20, sha256: hash, chunks: [hash, hash] }],
  license: 'Apache-2.0',
  origin: 'here',
  probe: {
    query: 'q',
    passages: ['a', 'b'],
    scores: { 2: [1, 2], 4: [3, 4] },
    errors: { fp32: 0.01, int8: 0.1 },
    embeddings: { cosines: [0.5, -0.5], errors: { fp32: 0.001, int8: 0.01 } },
  },
}

/** The manifest with one field changed; `undefined` removes it. */
function changed(path: string, value: unknown): unknown {
  const manifest = structuredClone(valid) as unknown as Record<string, unknown>
  const keys = path.split('.')
  const last = keys.pop()!
  let target: Record<string, unknown> = manifest
  for (const key of keys) target = target[key] as Record<string, unknown>
  target[last] = value
  return JSON.parse(JSON.stringify(manifest))
}

test('gives a valid manifest back as it was', () => {
  expect(parseManifest(JSON.parse(JSON.stringify(valid)))).toEqual(valid)
})

test('gives the architecture of a cross-encoder of another family back as it was', () => {
  const { anchor, ...encoder } = valid.architecture as MvpBertArchitecture
  const pointwise: Manifest = {
    ...valid,
    architecture: {
      ...encoder,
      exits: [4],
      types: 1,
      relative: { buckets: 32, maxDistance: 128 },
      pointwise: true,
      poolerActivation: 'relu',
    },
    prompt: {
      rerank: [{ ids: [0] }, { text: '{query}' }, { ids: [2, 2] }, { text: '{context}' }, { ids: [2] }],
      firstView: 0,
      padId: 1,
      maxLength: 64,
      truncation: 'longest-first',
    },
    views: 1,
  }
  const { architecture, prompt } = parseManifest(JSON.parse(JSON.stringify(pointwise)))
  expect({ architecture, prompt }).toEqual({ architecture: pointwise.architecture, prompt: pointwise.prompt })
  for (const change of [
    { types: 0 },
    { types: 3 },
    { relative: { buckets: 32 } },
    { relative: 32 },
    { poolerActivation: 'gelu' },
  ]) {
    const json = { ...pointwise, architecture: { ...pointwise.architecture, ...change } }
    const message = expect.stringContaining(`architecture.${Object.keys(change)[0]}`)
    expect(() => parseManifest(json)).toThrow(expect.objectContaining({ code: 'bad-manifest', message }))
  }
})

test('refuses a token type that the table does not have', () => {
  const json = { ...valid, architecture: { ...valid.architecture, types: 1 } }
  expect(() => parseManifest(json)).toThrow(expect.objectContaining({ message: expect.stringContaining('.type') }))
})

test('leaves out what it does not know', () => {
  expect(parseManifest({ ...valid, more: 1 })).toEqual(valid)
})

test.each([2, 0, '1', undefined])('version %j is another version, not damage', version => {
  expect(() => parseManifest(changed('version', version))).toThrow(
    expect.objectContaining({ code: 'version-mismatch' }),
  )
})

test('a BERT with an anchor may read texts alone through more layers than pairs; others end with their last', () => {
  const { architecture, probe } = valid
  const shallow = {
    ...valid,
    architecture: { ...architecture, exits: [2] },
    defaults: { depth: 2, refine: 0 },
    probe: { ...probe, scores: { 2: [1, 2] } },
  }
  expect(parseManifest(shallow).architecture.exits).toEqual([2])
  const { anchor: _, ...bare } = shallow.architecture
  const pointwise = { ...shallow, architecture: { ...bare, pointwise: true }, views: 1 }
  expect(() => parseManifest(pointwise)).toThrow(/architecture\.exits/)
})

describe('refuses, naming the field,', () => {
  test.each([null, 1, 'text', []])('%j instead of an object', json => {
    expect(() => parseManifest(json)).toThrow(expect.objectContaining({ code: 'bad-manifest' }))
  })

  test.each([
    ['format', 'other'],
    ['name', 3],
    ['views', 0],
    ['views', 3],
    ['dtype', 'q5'],
    ['license', undefined],
    ['architecture.family', 'gpt'],
    ['architecture.width', 1e9],
    ['architecture.heads', 1.5],
    ['architecture.layers', '4'],
    ['architecture.exits', []],
    ['architecture.exits', [2, 5]],
    ['architecture.exits', [4, 2]],
    ['architecture.exits', [0, 4]],
    ['architecture.epsilon', null],
    ['architecture.positions', undefined],
    ['architecture.anchor', undefined],
    ['architecture.anchor.activation', 'silu'],
    ['prompt.rerank', []],
    ['prompt.rerank.0', { ids: [2, 10, 100] }],
    ['prompt.rerank.0', { ids: [2, 10] }],
    ['prompt.rerank.1', { text: 'no placeholder' }],
    ['prompt.rerank.1', {}],
    ['prompt.rerank.3.type', 2],
    ['prompt.firstView', 2],
    ['prompt.padId', -1],
    ['prompt.maxLength', 65],
    ['prompt.maxLength', 4],
    ['defaults.depth', 3],
    ['defaults.refine', -1],
    ['wide', 2],
    ['wide', [99]],
    ['fusion.mode', 'always'],
    ['fusion.weights', { given: weights, embed: weights }],
    ['fusion.weights.embed.cosine', '1'],
    ['fusion.weights.given.mvp', -1],
    ['files.0.path', '../secret'],
    ['files.0.path', 'a/b'],
    ['files.0.path', '..'],
    ['files.0.bytes', 2 ** 60],
    ['files.0.sha256', 'A'.repeat(64)],
    ['files.0.chunks', [hash]],
    ['probe.passages', []],
    ['probe.scores', { 4: [3, 4] }],
    ['probe.scores.2', [1]],
    ['probe.scores.2', [1, null]],
    ['probe.errors.int8', -1],
    ['probe.errors', { int4: 1 }],
    ['probe.embeddings', { errors: {} }],
    ['probe.embeddings.cosines', [0.5]],
    ['probe.embeddings.cosines', [0.5, 1.5]],
    ['probe.embeddings.errors.int8', -1],
  ])('%s = %j', (path, value) => {
    const field = path.replace(/\.\d.*/, '')
    expect(() => parseManifest(changed(path, value))).toThrow(
      expect.objectContaining({ code: 'bad-manifest', message: expect.stringContaining(field.split('.')[0]!) }),
    )
  })
})
