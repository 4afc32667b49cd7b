/**
 * Rows of floats to 7 bits: x ≈ step · (u - zero) with u in 0 … 127. Each span of a row has its own step and zero
 * point. So a large number makes only its neighbors coarse, and a passage's numbers do not depend on its batch.
 *
 * Bound: two passes over a span in the first cache; rounding is one sum, with a number whose last bit counts ones.
 */
import { INPUT_BYTES, SPAN } from './layout'

/** 1.5 · 2²³: the bits of the sum of it and a small number are its own bits plus that number, rounded to even. */
const ROUNDING: f32 = 12582912

/** Steps between a span's ends. */
const STEPS: f32 = 127

/** Rounds the zero point. It is a little more than a half, so that no number falls below 0. */
const HALF: f32 = 0.50005

/** Spans with less between their ends count as zero: the inverse of a step must be finite. */
const LEAST_RANGE: f32 = 1e-30

/** @param steps where to write the step and the zero point of each span */
export function quantizeRow(x: usize, size: i32, to: usize, steps: usize): void {
  for (let at = 0; at < size; at += SPAN, steps += 8) {
    quantizeSpan(x + ((<usize>at) << 2), min(SPAN, size - at), to + <usize>at * INPUT_BYTES, steps)
  }
}

function quantizeSpan(x: usize, size: i32, to: usize, steps: usize): void {
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

/** The same for a span whose least and largest values are known. */
export function quantizeBetween(x: usize, size: i32, low: f32, high: f32, to: usize, steps: usize): void {
  // Zero lies within, so the zero point is one of the 128.
  const from = min<f32>(low, 0)
  const range = max<f32>(high, 0) - from
  const inverse: f32 = range > LEAST_RANGE ? STEPS / range : 0
  const zero = floor<f32>(HALF - from * inverse)
  store<f32>(steps, range / STEPS)
  store<i32>(steps, <i32>zero, 4)
  const factor = f32x4.splat(inverse)
  const shift = f32x4.splat(ROUNDING + zero)
  const end = x + ((<usize>size) << 2)
  for (; x + 48 < end; x += 64, to += 16 * INPUT_BYTES) {
    const a = halves(inSteps(v128.load(x), factor, shift), inSteps(v128.load(x, 16), factor, shift))
    const b = halves(inSteps(v128.load(x, 32), factor, shift), inSteps(v128.load(x, 48), factor, shift))
    if (ASC_FEATURE_RELAXED_SIMD) v128.store(to, i8x16.narrow_i16x8_s(a, b))
    else {
      v128.store(to, a)
      v128.store(to, b, 16)
    }
  }
  for (; x < end; x += 16, to += 4 * INPUT_BYTES) {
    const v = inSteps(v128.load(x), factor, shift)
    const a = halves(v, v)
    if (ASC_FEATURE_RELAXED_SIMD) v128.store32_lane(to, i8x16.narrow_i16x8_s(a, a), 0)
    else v128.store64_lane(to, a, 0)
  }
}

function inSteps(v: v128, factor: v128, shift: v128): v128 {
  return i32x4.sub(f32x4.add(f32x4.mul(v, factor), shift), f32x4.splat(ROUNDING))
}

/** The end of a span may round to 128, which becomes 127: as halves become signed bytes, or here. */
function halves(a: v128, b: v128): v128 {
  const v = i16x8.narrow_i32x4_s(a, b)
  return ASC_FEATURE_RELAXED_SIMD ? v : i16x8.min_s(v, i16x8.splat(127))
}
