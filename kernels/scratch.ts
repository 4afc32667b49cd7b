/** What a thread works on: the offsets of its rows, for units of up to `rows` rows. */
import { attentionScratch } from './attention'
import { INPUT_BYTES, rounded, stepBytes } from './layout'
import { ffWidth, heads, headWidth, unitRows, width } from './model'

/** Rows of the feed-forward that are computed together: their 1536 floats stay in the second cache. */
export const BLOCK: i32 = 32

let at: usize = 0

function place(bytes: usize): usize {
  const start = at
  at = (at + bytes + 63) & -64
  return start
}

/** The rows of a unit; one object a thread, because each has an instance of this module. */
export let hidden: usize = 0
export let delta: usize = 0
export let inputs: usize = 0
export let steps: usize = 0
export let queries: usize = 0
export let keys: usize = 0
export let values: usize = 0
export let attended: usize = 0
export let inner: usize = 0
export let innerInputs: usize = 0
export let innerSteps: usize = 0

/** @returns the end */
export function placeScratch(model: usize, start: usize): usize {
  at = start
  // A product computes rows up to the next multiple of 4.
  const rows = <usize>(unitRows(model) + 3)
  const line = (<usize>rounded(width(model))) << 2
  const headLine = (<usize>rounded(heads(model) * headWidth(model))) << 2
  const wide = max(rounded(width(model)), rounded(heads(model) * headWidth(model)))
  hidden = place(rows * line)
  delta = place(rows * line)
  inputs = place(rows * <usize>wide * INPUT_BYTES)
  steps = place(rows * stepBytes(wide))
  queries = place(rows * headLine)
  keys = place(rows * headLine)
  values = place(rows * headLine)
  attended = place(attentionScratch(unitRows(model), headWidth(model)))
  const inside = <usize>rounded(ffWidth(model))
  inner = place((<usize>BLOCK * inside) << 2)
  innerInputs = place(<usize>BLOCK * inside * INPUT_BYTES)
  innerSteps = place(<usize>BLOCK * stepBytes(ffWidth(model)))
  return at
}
