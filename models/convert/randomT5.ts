/** For tests of size: checkpoints of any shape with random weights, written in a stream. */
import { closeSync, copyFileSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface T5Shape {
  vocab_size: number
  d_model: number
  d_kv: number
  d_ff: number
  num_heads: number
  num_layers: number
  num_decoder_layers: number
}

/** 220 million parameters: T5-base, and so MVP-base. */
export const T5_BASE: T5Shape = {
  vocab_size: 32128,
  d_model: 768,
  d_kv: 64,
  d_ff: 3072,
  num_heads: 12,
  num_layers: 12,
  num_decoder_layers: 12,
}

/**
 * Writes config.json, model.safetensors in float32 and a copy of `tokenizer`, a T5 tokenizer.json of at most this
 * vocabulary.
 */
export function writeRandomT5(folder: string, shape: T5Shape, tokenizer: string): void {
  mkdirSync(folder, { recursive: true })
  copyFileSync(tokenizer, join(folder, 'tokenizer.json'))
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ model_type: 't5', feed_forward_proj: 'relu', ...shape }))
  const tensors = t5Tensors(shape)
  const header: Record<string, unknown> = {}
  let end = 0
  for (const { name, shape } of tensors) {
    const begin = end
    end += 4 * product(shape)
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] }
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const file = openSync(join(folder, 'model.safetensors'), 'w')
  writeSync(file, BigUint64Array.of(BigInt(json.length)))
  writeSync(file, json)
  const random = uniform()
  for (const { shape, spread } of tensors) {
    for (let rest = product(shape); rest > 0; rest -= BATCH) {
      const numbers = new Float32Array(Math.min(rest, BATCH))
      for (let i = 0; i < numbers.length; i++) numbers[i] = spread === 0 ? 1 : spread * random()
      writeSync(file, numbers)
    }
  }
  closeSync(file)
}

const BATCH = 2 ** 20

interface RandomTensor {
  name: string
  shape: number[]
  /** Standard deviation, T5's own initialization; 0: all ones. */
  spread: number
}

function t5Tensors(shape: T5Shape): RandomTensor[] {
  const { d_model: width, d_kv, num_heads, d_ff } = shape
  const inner = d_kv * num_heads
  const tensors: RandomTensor[] = [{ name: 'shared.weight', shape: [shape.vocab_size, width], spread: 1 }]
  const add = (name: string, shape: number[], spread: number) => tensors.push({ name: `${name}.weight`, shape, spread })
  const attention = (name: string) => {
    add(`${name}.q`, [inner, width], (width * d_kv) ** -0.5)
    add(`${name}.k`, [inner, width], width ** -0.5)
    add(`${name}.v`, [inner, width], width ** -0.5)
    add(`${name}.o`, [width, inner], inner ** -0.5)
  }
  for (const [stack, layers] of [
    ['encoder', shape.num_layers],
    ['decoder', shape.num_decoder_layers],
  ] as const) {
    for (let i = 0; i < layers; i++) {
      const layer = `${stack}.block.${i}.layer`
      attention(`${layer}.0.SelfAttention`)
      add(`${layer}.0.layer_norm`, [width], 0)
      if (i === 0) add(`${layer}.0.SelfAttention.relative_attention_bias`, [32, num_heads], width ** -0.5)
      if (stack === 'decoder') {
        attention(`${layer}.1.EncDecAttention`)
        add(`${layer}.1.layer_norm`, [width], 0)
      }
      const last = `${layer}.${stack === 'decoder' ? 2 : 1}`
      add(`${last}.DenseReluDense.wi`, [d_ff, width], width ** -0.5)
      add(`${last}.DenseReluDense.wo`, [width, d_ff], d_ff ** -0.5)
      add(`${last}.layer_norm`, [width], 0)
    }
    add(`${stack}.final_layer_norm`, [width], 0)
  }
  return tensors
}

/** Numbers of mean 0 and standard deviation 1, the same in every run (xorshift). */
function uniform(): () => number {
  let state = 0x9e3779b9
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state / 2 ** 31) * Math.sqrt(3)
  }
}

const product = (shape: number[]) => shape.reduce((size, extent) => size * extent, 1)
