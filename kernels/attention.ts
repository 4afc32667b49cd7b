/**
 * Self-attention of one prompt: softmax(q kᵀ) v for each head. The queries hold the factor log₂ e / √headWidth, so
 * weights are powers of 2.
 *
 * Four queries at a time: their logits stay in the first cache between the two products and the softmax.
 */
import { exp2 } from './exp2'
import { floatProduct } from './floatProduct'
import { total } from './norm'
import { most } from './quantize'

/** Below every logit. Its power of 2 is too small to change a sum. */
const NOTHING: f32 = -1e30

/**
 * The least logit beside the largest. The factor of a softmax makes its power of 2 smaller still. Below 2⁻¹²⁶, where
 * numbers lose digits, x86 takes 100 cycles for each product, and every row with padding had some.
 */
const LEAST: f32 = -100

/**
 * @param q `queries` rows, replaced by what attention mixes
 * @param k, v `tokens` rows; all rows are `line` bytes apart
 * @param relative the bias of each head by distance, [heads, 2 · positions - 1], or 0
 * @param scratch for keys by width and four rows of logits, see `attentionScratch`
 */
export function attention(
  q: usize,
  queries: i32,
  k: usize,
  v: usize,
  tokens: i32,
  line: usize,
  heads: i32,
  headWidth: i32,
  relative: usize,
  positions: i32,
  scratch: usize,
): void {
  const padded = (tokens + 7) & -8
  const keyLine = (<usize>padded) << 2
  const keys = scratch
  const logits = keys + <usize>headWidth * keyLine
  for (let head = 0; head < heads; head++) {
    const at = (<usize>(head * headWidth)) << 2
    transpose(k + at, tokens, line, headWidth, keys, keyLine)
    for (let row = 0; row < queries; row += 4) {
      const rows = min(4, queries - row)
      const to = q + <usize>row * line + at
      floatProduct(to, line, rows, headWidth, keys, keyLine, padded, logits, keyLine)
      for (let i = 0; i < rows; i++) {
        const weights = logits + <usize>i * keyLine
        if (relative)
          addBias(weights, tokens, relative + ((<usize>((head + head + 1) * positions - head - 1 - row - i)) << 2))
        softmax(weights, tokens, padded)
      }
      floatProduct(logits, keyLine, rows, tokens, v + at, line, headWidth, to, line)
    }
  }
}

/** Bytes that `attention` needs for prompts of up to `tokens`. */
export function attentionScratch(tokens: i32, headWidth: i32): usize {
  return (<usize>((headWidth + 4) * ((tokens + 7) & -8))) << 2
}

/** Keys [tokens, headWidth] to [headWidth, padded], zero beyond the tokens. */
export function transpose(k: usize, tokens: i32, line: usize, headWidth: i32, to: usize, toLine: usize): void {
  const width = (<usize>headWidth) << 2
  for (let token = 0; token < tokens; token++) {
    const from = k + <usize>token * line
    let at = to + ((<usize>token) << 2)
    for (let i: usize = 0; i < width; i += 16) {
      const v = v128.load(from + i)
      v128.store32_lane(at, v, 0)
      v128.store32_lane(at + toLine, v, 1)
      v128.store32_lane(at + 2 * toLine, v, 2)
      v128.store32_lane(at + 3 * toLine, v, 3)
      at += 4 * toLine
    }
  }
  const rest = toLine - ((<usize>tokens) << 2)
  if (rest) for (let i = 0; i < headWidth; i++) memory.fill(to + <usize>(i + 1) * toLine - rest, 0, rest)
}

function addBias(x: usize, count: i32, bias: usize): void {
  const end = x + ((<usize>count) << 2)
  for (; x < end; x += 4, bias += 4) store<f32>(x, load<f32>(x) + load<f32>(bias))
}

export function softmax(x: usize, count: i32, padded: i32): void {
  const end = x + ((<usize>padded) << 2)
  for (let at = x + ((<usize>count) << 2); at < end; at += 4) store<f32>(at, NOTHING)
  let high = v128.load(x)
  for (let at = x; at < end; at += 16) high = f32x4.pmax(high, v128.load(at))
  const largest = f32x4.splat(most(high))
  let sums = f32x4.splat(0)
  let at = x
  // Two at a time are faster in V8: they share the constants.
  for (; at + 16 < end; at += 32) sums = f32x4.add(f32x4.add(sums, weigh(at, largest)), weigh(at + 16, largest))
  if (at < end) sums = f32x4.add(sums, weigh(at, largest))
  const factor = f32x4.splat(1 / total(sums))
  for (at = x; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor))
}

/** Logits to weights before the factor, in place. */
function weigh(at: usize, largest: v128): v128 {
  const weight = exp2(f32x4.pmax(f32x4.splat(LEAST), f32x4.sub(v128.load(at), largest)))
  v128.store(at, weight)
  return weight
}
