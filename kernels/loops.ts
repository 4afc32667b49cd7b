/**
 * The module of `bench/engines/kernels.bench.ts`: all that the kernels export, and each kernel in a loop over the first
 * unit of a job, on that unit's own numbers. `times` counts passes over the unit.
 */
import { attention, softmax, transpose } from './attention'
import { embed } from './embedding'
import { encodeUnit } from './encoder'
import { floatProduct } from './floatProduct'
import { geluRow } from './gelu'
import * as job from './job'
import { INPUT_BYTES, rounded, stepBytes } from './layout'
import * as bert from './model'
import { addAndNorm } from './norm'
import { fittedProduct } from './product'
import { quantizeRow } from './quantize'
import * as scratch from './scratch'

export * from './index'
export { chain, dots, floats, reads, writes } from './peaks'

/** The rows of the unit, its prompts and their number. */
let rows: i32 = 0
let prompts: usize = 0
let count: i32 = 0

/**
 * Computes the first layers of the job's first unit, and of the next layer what its attention needs.
 * @returns the unit's rows
 */
export function prepare(at: usize, model: usize): i32 {
  scratch.placeScratch(model, job.scratch(at))
  encodeUnit(at, model, 0)
  prompts = job.promptStarts(at)
  count = job.entry(job.unitStarts(at), 1)
  rows = job.entry(prompts, count)
  const layer = bert.layer(model, job.depth(at))
  square(model, bert.queryMatrix(layer), scratch.queries)
  square(model, bert.keyMatrix(layer), scratch.keys)
  square(model, bert.valueMatrix(layer), scratch.values)
  return rows
}

function square(model: usize, matrix: usize, to: usize): void {
  const width = bert.width(model)
  fittedProduct(scratch.inputs, scratch.steps, rows, width, matrix, width, to)
}

/** The four matrices of attention, of each layer. */
export function squares(model: usize, layers: i32, times: i32): void {
  for (let i = 0; i < times; i++) {
    for (let index = 0; index < layers; index++) {
      const layer = bert.layer(model, index)
      square(model, bert.keyMatrix(layer), scratch.delta)
      square(model, bert.valueMatrix(layer), scratch.delta)
      square(model, bert.queryMatrix(layer), scratch.delta)
      square(model, bert.outMatrix(layer), scratch.delta)
    }
  }
}

/** The first product of the feed-forward, of each layer, block by block. */
export function ups(model: usize, layers: i32, times: i32): void {
  const width = bert.width(model)
  for (let i = 0; i < times; i++) {
    for (let index = 0; index < layers; index++) {
      const matrix = bert.upMatrix(bert.layer(model, index))
      for (let row = 0; row < rows; row += scratch.BLOCK) {
        const inputs = scratch.inputs + <usize>(row * rounded(width)) * INPUT_BYTES
        const steps = scratch.steps + <usize>row * stepBytes(width)
        fittedProduct(inputs, steps, min(scratch.BLOCK, rows - row), width, matrix, bert.ffWidth(model), scratch.inner)
      }
    }
  }
}

/** The second one. */
export function downs(model: usize, layers: i32, times: i32): void {
  const width = bert.width(model)
  for (let i = 0; i < times; i++) {
    for (let index = 0; index < layers; index++) {
      const matrix = bert.downMatrix(bert.layer(model, index))
      for (let row = 0; row < rows; row += scratch.BLOCK) {
        const block = min(scratch.BLOCK, rows - row)
        const to = scratch.delta + ((<usize>(row * rounded(width))) << 2)
        fittedProduct(scratch.innerInputs, scratch.innerSteps, block, bert.ffWidth(model), matrix, width, to)
      }
    }
  }
}

/** Attention of all heads. What it mixes becomes the next pass's queries. */
export function attentions(model: usize, times: i32): void {
  const line = lineOf(model)
  for (let i = 0; i < times; i++) {
    for (let prompt = 0; prompt < count; prompt++) {
      const first = <usize>job.entry(prompts, prompt) * line
      const tokens = tokensOf(prompt)
      attention(
        scratch.queries + first,
        tokens,
        scratch.keys + first,
        scratch.values + first,
        tokens,
        line,
        bert.heads(model),
        bert.headWidth(model),
        bert.relative(model),
        bert.positions(model),
        scratch.attended,
      )
    }
  }
}

/** Of attention, one part alone: 0 turns the keys, 1 computes logits, 2 their softmax, 3 mixes the values. */
export function attentionPart(model: usize, part: i32, times: i32): void {
  const line = lineOf(model)
  const heads = bert.heads(model)
  const headWidth = bert.headWidth(model)
  for (let i = 0; i < times; i++) {
    for (let prompt = 0; prompt < count; prompt++) {
      const tokens = tokensOf(prompt)
      const padded = (tokens + 7) & -8
      const keyLine = (<usize>padded) << 2
      const keys = scratch.attended
      const logits = keys + <usize>headWidth * keyLine
      for (let head = 0; head < heads; head++) {
        const at = <usize>job.entry(prompts, prompt) * line + ((<usize>(head * headWidth)) << 2)
        if (part === 0) transpose(scratch.keys + at, tokens, line, headWidth, keys, keyLine)
        else {
          for (let row = 0; row < tokens; row += 4) {
            const four = min(4, tokens - row)
            const to = at + <usize>row * line
            if (part === 1) {
              floatProduct(scratch.queries + to, line, four, headWidth, keys, keyLine, padded, logits, keyLine)
            } else if (part === 2) {
              for (let j = 0; j < four; j++) softmax(logits + <usize>j * keyLine, tokens, padded)
            } else {
              floatProduct(
                logits,
                keyLine,
                four,
                tokens,
                scratch.values + at,
                line,
                headWidth,
                scratch.delta + to,
                line,
              )
            }
          }
        }
      }
    }
  }
}

/** Of attention's output, the 7 bits. */
export function quantizations(model: usize, times: i32): void {
  for (let i = 0; i < times; i++) {
    for (let row = 0; row < rows; row++) quantize(model, scratch.queries, row)
  }
}

/** Sums, their norm and its 7 bits. */
export function norms(model: usize, times: i32): void {
  const line = lineOf(model)
  const parameters = bert.ffNorm(bert.layer(model, 0))
  for (let i = 0; i < times; i++) {
    for (let row = 0; row < rows; row++) {
      const at = <usize>row * line
      addAndNorm(scratch.delta + at, scratch.hidden + at, bert.width(model), parameters, bert.epsilon(model))
      quantize(model, scratch.hidden, row)
    }
  }
}

/** GELU and its 7 bits, as many rows as the unit has. */
export function gelus(model: usize, times: i32): void {
  const width = bert.ffWidth(model)
  const line = (<usize>rounded(width)) << 2
  // GELU leaves such numbers as they are. Others would shrink with each pass until they are too small to be fast.
  for (let at: usize = 0; at < <usize>scratch.BLOCK * line; at += 16) {
    v128.store(scratch.inner + at, f32x4.splat(12 + <f32>((at >> 4) & 15)))
  }
  for (let i = 0; i < times; i++) {
    for (let row = 0; row < rows; row++) {
      const place = <usize>(row & (scratch.BLOCK - 1))
      const to = scratch.innerInputs + place * <usize>rounded(width) * INPUT_BYTES
      geluRow(scratch.inner + place * line, width, to, scratch.innerSteps + place * stepBytes(width))
    }
  }
}

/** Embeddings of all `tokens` of the job, their norm and its 7 bits. */
export function embeddings(at: usize, model: usize, tokens: i32, times: i32): void {
  for (let i = 0; i < times; i++) {
    for (let token = 0; token < tokens; token += rows) {
      const some = min(rows, tokens - token)
      embed(model, job.tokens(at) + ((<usize>token) << 3), some, scratch.hidden)
      for (let row = 0; row < some; row++) quantize(model, scratch.hidden, row)
    }
  }
}

function quantize(model: usize, from: usize, row: i32): void {
  const width = bert.width(model)
  const to = scratch.inputs + <usize>(row * rounded(width)) * INPUT_BYTES
  quantizeRow(from + <usize>row * lineOf(model), width, to, scratch.steps + <usize>row * stepBytes(width))
}

/** Bytes of a row. In the models that are measured, heads together are as wide as rows. */
function lineOf(model: usize): usize {
  return (<usize>rounded(bert.width(model))) << 2
}

function tokensOf(prompt: i32): i32 {
  return job.entry(prompts, prompt + 1) - job.entry(prompts, prompt)
}
