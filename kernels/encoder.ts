/**
 * The BERT encoder over one unit, a run of prompts: all layers, without a word to other threads. Rows have no padding.
 */
import { attention } from './attention'
import { embed } from './embedding'
import { geluRow } from './gelu'
import * as job from './job'
import { INPUT_BYTES, rounded, stepBytes } from './layout'
import * as bert from './model'
import { addAndNorm, norm } from './norm'
import { fittedProduct } from './product'
import { quantizeRow } from './quantize'
import * as scratch from './scratch'

/** @param at the job, @param model see `model.ts` */
export function encodeUnit(at: usize, model: usize, unit: i32): void {
  const from = job.entry(job.unitStarts(at), unit)
  const count = job.entry(job.unitStarts(at), unit + 1) - from
  const prompts = job.promptStarts(at) + ((<usize>from) << 2)
  const start = job.entry(prompts, 0)
  const rows = job.entry(prompts, count) - start
  embed(model, job.tokens(at) + ((<usize>start) << 3), rows, scratch.hidden)
  quantizeRows(model, rows)
  const depth = job.depth(at)
  for (let index = 0; index < depth; index++) {
    const first = index === depth - 1 ? job.firstRows(at) : 0
    encodeLayer(model, bert.layer(model, index), prompts, count, rows, first)
  }
  if (job.firstRows(at)) writeViews(at, model, prompts, from, count)
  else writeRows(at, model, start, rows)
}

/** @param first if not 0, the rest of the layer computes only the first `first` rows of each prompt, side by side */
function encodeLayer(model: usize, layer: usize, prompts: usize, count: i32, rows: i32, first: i32): void {
  const width = bert.width(model)
  const heads = bert.heads(model)
  const headWidth = bert.headWidth(model)
  const inner = heads * headWidth
  const line = (<usize>rounded(inner)) << 2
  fittedProduct(scratch.inputs, scratch.steps, rows, width, bert.keyMatrix(layer), inner, scratch.keys)
  fittedProduct(scratch.inputs, scratch.steps, rows, width, bert.valueMatrix(layer), inner, scratch.values)
  const active = first ? keepFirst(model, prompts, count, first) : rows
  fittedProduct(scratch.inputs, scratch.steps, active, width, bert.queryMatrix(layer), inner, scratch.queries)
  let query: i32 = 0
  for (let prompt = 0; prompt < count; prompt++) {
    const token = job.entry(prompts, prompt) - job.entry(prompts, 0)
    const tokens = job.entry(prompts, prompt + 1) - job.entry(prompts, prompt)
    const queries = first ? min(first, tokens) : tokens
    attention(
      scratch.queries + <usize>query * line,
      queries,
      scratch.keys + <usize>token * line,
      scratch.values + <usize>token * line,
      tokens,
      line,
      heads,
      headWidth,
      bert.relative(model),
      bert.positions(model),
      scratch.attended,
    )
    query += queries
  }
  const inputLine = <usize>rounded(inner) * INPUT_BYTES
  for (let row = 0; row < active; row++) {
    const to = scratch.inputs + <usize>row * inputLine
    quantizeRow(scratch.queries + <usize>row * line, inner, to, scratch.steps + <usize>row * stepBytes(inner))
  }
  fittedProduct(scratch.inputs, scratch.steps, active, inner, bert.outMatrix(layer), width, scratch.delta)
  normRows(model, 0, active, bert.attentionNorm(layer))
  for (let row = 0; row < active; row += scratch.BLOCK) {
    feedForward(model, layer, row, min(scratch.BLOCK, active - row))
  }
}

/** Of some rows: up, GELU, down, norm. */
function feedForward(model: usize, layer: usize, start: i32, rows: i32): void {
  const width = bert.width(model)
  const ffWidth = bert.ffWidth(model)
  const line = (<usize>rounded(ffWidth)) << 2
  const inputLine = <usize>rounded(ffWidth) * INPUT_BYTES
  const inputs = scratch.inputs + <usize>start * (<usize>rounded(width) * INPUT_BYTES)
  const steps = scratch.steps + <usize>start * stepBytes(width)
  fittedProduct(inputs, steps, rows, width, bert.upMatrix(layer), ffWidth, scratch.inner)
  for (let row: usize = 0; row < <usize>rows; row++) {
    const to = scratch.innerInputs + row * inputLine
    geluRow(scratch.inner + row * line, ffWidth, to, scratch.innerSteps + row * stepBytes(ffWidth))
  }
  const delta = scratch.delta + <usize>start * ((<usize>rounded(width)) << 2)
  fittedProduct(scratch.innerInputs, scratch.innerSteps, rows, ffWidth, bert.downMatrix(layer), width, delta)
  normRows(model, start, rows, bert.ffNorm(layer))
}

/** hidden = norm(delta + hidden), and its 7 bits. */
function normRows(model: usize, start: i32, rows: i32, parameters: usize): void {
  const width = bert.width(model)
  const line = (<usize>rounded(width)) << 2
  for (let row = start; row < start + rows; row++) {
    const at = <usize>row * line
    addAndNorm(scratch.delta + at, scratch.hidden + at, width, parameters, bert.epsilon(model))
    quantize(model, row)
  }
}

function quantizeRows(model: usize, rows: i32): void {
  for (let row = 0; row < rows; row++) quantize(model, row)
}

function quantize(model: usize, row: i32): void {
  const width = bert.width(model)
  const line = <usize>rounded(width)
  const to = scratch.inputs + <usize>row * line * INPUT_BYTES
  const steps = scratch.steps + <usize>row * stepBytes(width)
  quantizeRow(scratch.hidden + ((<usize>row * line) << 2), width, to, steps)
}

/**
 * Moves the first rows of each prompt next to each other.
 * @returns their number
 */
function keepFirst(model: usize, prompts: usize, count: i32, first: i32): i32 {
  const line = <usize>rounded(bert.width(model))
  let row: usize = 0
  for (let prompt = 0; prompt < count; prompt++) {
    const token = <usize>(job.entry(prompts, prompt) - job.entry(prompts, 0))
    const rows = <usize>min(first, job.entry(prompts, prompt + 1) - job.entry(prompts, prompt))
    const bytes = line * INPUT_BYTES
    const steps = stepBytes(bert.width(model))
    memory.copy(scratch.hidden + ((row * line) << 2), scratch.hidden + ((token * line) << 2), (rows * line) << 2)
    memory.copy(scratch.inputs + row * bytes, scratch.inputs + token * bytes, rows * bytes)
    memory.copy(scratch.steps + row * steps, scratch.steps + token * steps, rows * steps)
    row += rows
  }
  return <i32>row
}

/** All rows of the unit, to their tokens' places. */
function writeRows(at: usize, model: usize, start: i32, rows: i32): void {
  const width = (<usize>bert.width(model)) << 2
  const line = (<usize>rounded(bert.width(model))) << 2
  const to = job.output(at) + <usize>start * width
  for (let row: usize = 0; row < <usize>rows; row++) {
    memory.copy(to + row * width, scratch.hidden + row * line, width)
  }
}

/** The rows of each prompt from the first view on, through the exit's norm. */
function writeViews(at: usize, model: usize, prompts: usize, from: i32, count: i32): void {
  const width = bert.width(model)
  const line = (<usize>rounded(width)) << 2
  const first = job.firstRows(at)
  const views = first - job.firstView(at)
  let row: i32 = 0
  for (let prompt = 0; prompt < count; prompt++) {
    const rows = min(first, job.entry(prompts, prompt + 1) - job.entry(prompts, prompt))
    for (let view = job.firstView(at); view < rows; view++) {
      const x = scratch.hidden + <usize>(row + view) * line
      const place = (from + prompt) * views + view - job.firstView(at)
      const to = job.output(at) + ((<usize>(place * width)) << 2)
      if (job.exitNorm(at)) norm(x, to, width, job.exitNorm(at), bert.epsilon(model))
      else memory.copy(to, x, (<usize>width) << 2)
    }
    row += rows
  }
}
