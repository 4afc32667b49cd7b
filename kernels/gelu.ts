/**
 * GELU in its tanh form, x / (1 + e^(-2u)) with u = √(2/π) (x + 0.044715 x³), in place, then the row in 7 bits. It
 * differs from the form with erf by 5e-4 at most, far below a step.
 *
 * Bound: a division and 27 instructions for four numbers.
 */
import { logistic2 } from './exp2'
import { INPUT_BYTES, SPAN } from './layout'
import { least, most, quantizeBetween } from './quantize'

/** 2 √(2/π) / ln 2 */
const FACTOR: f32 = 2.302208198

export function gelu(x: v128): v128 {
  const cubic = f32x4.add(f32x4.mul(f32x4.mul(x, x), f32x4.splat(0.044715)), f32x4.splat(1))
  return f32x4.mul(x, logistic2(f32x4.mul(f32x4.mul(x, f32x4.splat(FACTOR)), cubic)))
}

export function geluRow(x: usize, size: i32, to: usize, steps: usize): void {
  for (let at = 0; at < size; at += SPAN, steps += 8) {
    geluSpan(x + ((<usize>at) << 2), min(SPAN, size - at), to + <usize>at * INPUT_BYTES, steps)
  }
}

function geluSpan(x: usize, size: i32, to: usize, steps: usize): void {
  let low = f32x4.splat(f32.MAX_VALUE)
  let high = f32x4.splat(-f32.MAX_VALUE)
  const end = x + ((<usize>size) << 2)
  let at = x
  // Two at a time are faster in V8: they share the constants.
  for (; at + 16 < end; at += 32) {
    const v = gelu(v128.load(at))
    const w = gelu(v128.load(at, 16))
    v128.store(at, v)
    v128.store(at, w, 16)
    low = f32x4.pmin(f32x4.pmin(low, v), w)
    high = f32x4.pmax(f32x4.pmax(high, v), w)
  }
  if (at < end) {
    const v = gelu(v128.load(at))
    v128.store(at, v)
    low = f32x4.pmin(low, v)
    high = f32x4.pmax(high, v)
  }
  quantizeBetween(x, size, least(low), most(high), to, steps)
}

export function geluInPlace(x: usize, size: i32): void {
  for (const end = x + ((<usize>size) << 2); x < end; x += 16) v128.store(x, gelu(v128.load(x)))
}
