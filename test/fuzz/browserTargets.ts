import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { oracleFolder } from '../../models/oracles/read.js'
import { createPrompter } from '../../src/engine/prompt.js'
import { buildEncoderStage } from '../../src/graph/encoder.js'
import { buildHead } from '../../src/graph/head.js'
import type { Dialect } from '../../src/model/dialect.js'
import { type Manifest, WEIGHTS_FILE } from '../../src/model/manifest.js'
import { parseManifest } from '../../src/model/parseManifest.js'
import { openWeights, type WeightsOwner } from '../../src/model/safetensors.js'
import { layout } from '../../src/model/tensorLayout.js'
import { createTokenizer } from '../../src/tokenizer/tokenize.js'
import { joined, mutateBytes } from './mutateBytes.js'
import { mutatedText } from './mutateJson.js'
import type { Random } from './random.js'

/** One damaged input, and what reads it and checks what it gets. */
export interface Case {
  /** Size of the input. */
  bytes: number
  run(): unknown
  /** In any case, at the end. */
  end?(): void
}

export type Target = (random: Random) => Case

const TEXTS = ['The tide rises.', `Straße 北京 \ud800 e\u0301 ${'a'.repeat(300)}`, ' ', '</s><extra_id_0>[SEP]']

/** What a page reads of a model, before anything is computed. @param models converted models' folders */
export function browserTargets(models: readonly string[]): Record<string, Target> {
  const known = models.map(folder => {
    const text = readFileSync(join(folder, 'manifest.json'), 'utf8')
    const weights = new Uint8Array(readFileSync(join(folder, WEIGHTS_FILE)))
    return { json: JSON.parse(text) as Manifest, bytes: new TextEncoder().encode(text), weights }
  })
  const tokenizers = [
    ...models.map(folder => join(folder, 'tokenizer.json')),
    join(oracleFolder('t5-relu'), 'tokenizer.json'),
    join(oracleFolder('cross-encoder-roberta'), 'tokenizer.json'),
  ].map(path => withoutMap(readFileSync(path, 'utf8')))
  return {
    manifest: random => {
      const { json, bytes } = random.pick(known)
      if (random.chance(0.2)) return manifestCase(new TextDecoder().decode(mutateBytes(bytes, random, 0.1)))
      return manifestCase(mutatedText(json, random))
    },
    weights: random => {
      const { json, weights } = random.pick(known)
      return weightsCase(mutateSafetensors(weights, random), json)
    },
    graphs: random => {
      const { json, weights } = random.pick(known)
      const text = mutatedText(json, random)
      return {
        bytes: text.length + weights.length,
        run: () => buildGraphs(JSON.parse(text), weights, random.pick(DIALECTS)),
      }
    },
    tokenizer: random => {
      const text = mutatedText(random.pick(tokenizers), random)
      return { bytes: text.length, run: () => useTokenizer(JSON.parse(text)) }
    },
  }
}

/** Damage to the character map is a target of its own (formatTargets); here its 300 kB would only take time. */
function withoutMap(text: string): unknown {
  return JSON.parse(text, (key, value) => (key === 'precompiled_charsmap' ? null : value))
}

const DIALECTS: Dialect[] = [
  { device: 'wasm', precision: 'int8' },
  { device: 'webgpu', precision: 'fp32' },
]

/** What would go to onnxruntime. */
function buildGraphs(json: unknown, weights: Uint8Array, dialect: Dialect): void {
  const { architecture, views, dtype, prompt } = parseManifest(json)
  const source = openWeights(weights, { architecture, views, dtype })
  const shape = { views, firstView: prompt.firstView }
  buildEncoderStage(source, architecture, shape, dialect, { from: 0, to: architecture.layers })
  buildHead(source, architecture, views, dialect)
}

function manifestCase(text: string): Case {
  return {
    bytes: text.length,
    run() {
      let json: unknown
      try {
        json = JSON.parse(text)
      } catch {
        return
      }
      const manifest = parseManifest(json)
      // What is accepted is the same when it is read again, and has nothing that was not asked for.
      const again = parseManifest(JSON.parse(JSON.stringify(manifest)))
      if (JSON.stringify(again) !== JSON.stringify(manifest)) throw new Error('A manifest is read in two ways')
      if (manifest.architecture.layers <= 64) layout(manifest.architecture, 1)
      const encode = (text: string, limit?: number) => [...text].slice(0, limit).map(() => 7)
      createPrompter(manifest.prompt, { encode, knownShare: () => 1 }).rerank('query', { text: 'passage' })
    },
  }
}

function weightsCase(bytes: Uint8Array, owner: WeightsOwner): Case {
  return {
    bytes: bytes.length,
    run() {
      const at = bytes.length >> 1
      // As chunks of a download, too.
      const source = openWeights([bytes.subarray(0, at), bytes.subarray(at)], owner)
      for (const { name } of layout(owner.architecture, owner.views)) {
        const weight = source.get(name)
        const size = weight.shape.reduce((product, extent) => product * extent, 1)
        const stored = weight.kind === 'q4' ? weight.data.length * 2 : weight.data.length
        if (stored !== size) throw new Error(`${name} has ${stored} numbers, its shape ${size}`)
      }
    },
  }
}

/** Damages the header's JSON, or the bytes as they are. */
export function mutateSafetensors(file: Uint8Array, random: Random): Uint8Array {
  if (random.chance(0.3)) return mutateBytes(file, random)
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as unknown
  const json = new TextEncoder().encode(mutatedText(header, random))
  const start = new Uint8Array(8)
  new DataView(start.buffer).setBigUint64(0, BigInt(json.length), true)
  return joined(start, json, file.subarray(8 + length))
}

export function useTokenizer(json: unknown): void {
  const tokenizer = createTokenizer(json)
  for (const text of TEXTS) {
    for (const limit of [undefined, 5]) {
      const ids = tokenizer.encode(text, limit)
      if (limit !== undefined && ids.length > limit) throw new Error(`${ids.length} ids where ${limit} are the most`)
      if (!ids.every(id => Number.isInteger(id) && id >= 0 && id < 2 ** 31)) throw new Error(`ids ${ids.slice(0, 9)}`)
    }
  }
}
