/**
 * Layer norm, of the sum of two rows or of one.
 *
 * Bound: three passes over a row in the first cache. Two sums run side by side, so that an addition need not wait for
 * the one before.
 */

/** The sum of four, in a fixed order. */
export function total(v: v128): f32 {
  return f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
}

/**
 * x = norm(delta + x)
 * @param parameters weight and bias, `size` floats each
 */
export function addAndNorm(delta: usize, x: usize, size: i32, parameters: usize, epsilon: f32): void {
  const end = x + ((<usize>size) << 2)
  let even = f32x4.splat(0)
  let odd = even
  let at = x
  for (; at + 16 < end; at += 32, delta += 32) {
    const a = f32x4.add(v128.load(at), v128.load(delta))
    const b = f32x4.add(v128.load(at, 16), v128.load(delta, 16))
    v128.store(at, a)
    v128.store(at, b, 16)
    even = f32x4.add(even, a)
    odd = f32x4.add(odd, b)
  }
  if (at < end) {
    const a = f32x4.add(v128.load(at), v128.load(delta))
    v128.store(at, a)
    even = f32x4.add(even, a)
  }
  center(x, x, size, total(f32x4.add(even, odd)) / <f32>size, parameters, epsilon)
}

/** to = norm(x) */
export function norm(x: usize, to: usize, size: i32, parameters: usize, epsilon: f32): void {
  const end = x + ((<usize>size) << 2)
  let even = f32x4.splat(0)
  let odd = even
  let at = x
  for (; at + 16 < end; at += 32) {
    even = f32x4.add(even, v128.load(at))
    odd = f32x4.add(odd, v128.load(at, 16))
  }
  if (at < end) even = f32x4.add(even, v128.load(at))
  center(x, to, size, total(f32x4.add(even, odd)) / <f32>size, parameters, epsilon)
}

function center(x: usize, to: usize, size: i32, mean: f32, parameters: usize, epsilon: f32): void {
  const bytes = (<usize>size) << 2
  const end = x + bytes
  const m = f32x4.splat(mean)
  let even = f32x4.splat(0)
  let odd = even
  let at = x
  for (; at + 16 < end; at += 32) {
    const a = f32x4.sub(v128.load(at), m)
    const b = f32x4.sub(v128.load(at, 16), m)
    even = f32x4.add(even, f32x4.mul(a, a))
    odd = f32x4.add(odd, f32x4.mul(b, b))
  }
  if (at < end) {
    const a = f32x4.sub(v128.load(at), m)
    even = f32x4.add(even, f32x4.mul(a, a))
  }
  const variance = total(f32x4.add(even, odd)) / <f32>size
  const factor = f32x4.splat(1 / sqrt<f32>(variance + epsilon))
  let weight = parameters
  for (at = x; at < end; at += 16, to += 16, weight += 16) {
    const v = f32x4.mul(f32x4.mul(f32x4.sub(v128.load(at), m), factor), v128.load(weight))
    v128.store(to, f32x4.add(v, v128.load(weight + bytes)))
  }
}

/** to = x / √(mean x² + epsilon) ⊙ weight */
export function rmsNorm(x: usize, to: usize, size: i32, weight: usize, epsilon: f32): void {
  const end = x + ((<usize>size) << 2)
  let squares = f32x4.splat(0)
  for (let at = x; at < end; at += 16) {
    const v = v128.load(at)
    squares = f32x4.add(squares, f32x4.mul(v, v))
  }
  const factor = f32x4.splat(1 / sqrt<f32>(total(squares) / <f32>size + epsilon))
  for (let at = x; at < end; at += 16, to += 16, weight += 16) {
    v128.store(to, f32x4.mul(f32x4.mul(v128.load(at), factor), v128.load(weight)))
  }
}
