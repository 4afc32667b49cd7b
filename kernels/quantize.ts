/**
 * Rows of floats to 7 bits: x ≈ step · u + least with u in 0 … 127, one step and least value a row, so a passage's
 * numbers do not depend on its batch.
 *
 * Bound: one pass over a row in the first cache; rounding is one sum, with a number whose last bit counts ones.
 */
import { INPUT_BYTES } from './layout'

/** 1.5 · 2²³: the sum of it and a small number ends in that number, rounded to even. */
const ROUNDING: f32 = 12582912

const LEVELS: f32 = 127

/** @param steps where to write the step and the least value */
export function quantizeRow(x: usize, size: i32, to: usize, steps: usize): void {
  let low = v128.load(x)
  let high = low
  const end = x + ((<usize>size) << 2)
  for (let at = x; at < end; at += 16) {
    const v = v128.load(at)
    low = f32x4.pmin(low, v)
    high = f32x4.pmax(high, v)
  }
  quantizeBetween(x, size, least(low), most(high), to, steps)
}

/** The least of four. */
export function least(v: v128): f32 {
  return min(
    min(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    min(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** The most of four. */
export function most(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** The same for a row whose least and largest values are known. */
export function quantizeBetween(x: usize, size: i32, low: f32, high: f32, to: usize, steps: usize): void {
  const range = high - low
  const inverse: f32 = range > 0 ? LEVELS / range : 0
  store<f32>(steps, range / LEVELS)
  store<f32>(steps, low, 4)
  const factor = f32x4.splat(inverse)
  const from = f32x4.splat(low)
  const end = x + ((<usize>size) << 2)
  for (; x + 48 < end; x += 64, to += 16 * INPUT_BYTES) {
    const a = halves(inSteps(v128.load(x), from, factor), inSteps(v128.load(x, 16), from, factor))
    const b = halves(inSteps(v128.load(x, 32), from, factor), inSteps(v128.load(x, 48), from, factor))
    if (ASC_FEATURE_RELAXED_SIMD) v128.store(to, i8x16.narrow_i16x8_u(a, b))
    else {
      v128.store(to, a)
      v128.store(to, b, 16)
    }
  }
  for (; x < end; x += 16, to += 4 * INPUT_BYTES) {
    const v = inSteps(v128.load(x), from, factor)
    const a = halves(v, v)
    if (ASC_FEATURE_RELAXED_SIMD) v128.store32_lane(to, i8x16.narrow_i16x8_u(a, a), 0)
    else v128.store64_lane(to, a, 0)
  }
}

function inSteps(v: v128, from: v128, factor: v128): v128 {
  const rounded = f32x4.add(f32x4.mul(f32x4.sub(v, from), factor), f32x4.splat(ROUNDING))
  return v128.and(rounded, i32x4.splat(127))
}

function halves(a: v128, b: v128): v128 {
  return i16x8.narrow_i32x4_s(a, b)
}
