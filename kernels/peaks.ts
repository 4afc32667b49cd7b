/**
 * Loops that do one thing as fast as the processor can, for `bench/engines/kernels.bench.ts`: the bounds that kernels
 * are compared with. Sums are returned, or the engine would leave the loops out.
 *
 * Products of vectors that stay the same would be computed once, before the loop. So a vector of each is loaded anew
 * from the first cache, which costs nothing beside them.
 */
import { dot, pairs } from './product'

/** Bytes of the first cache that loops read and write: 8 kB. */
const NEAR: usize = 8192

/** 32 operations. Each takes a cycle and waits for the one before. */
export function chain(times: i32, a: i32, b: i32): i32 {
  let x = a
  for (let i = 0; i < times; i++) {
    x = (((((((x + a) ^ b) + a) ^ b) + a) ^ b) + a) ^ b
    x = (((((((x + a) ^ b) + a) ^ b) + a) ^ b) + a) ^ b
    x = (((((((x + a) ^ b) + a) ^ b) + a) ^ b) + a) ^ b
    x = (((((((x + a) ^ b) + a) ^ b) + a) ^ b) + a) ^ b
  }
  return x
}

/** 24 dot products of 16 (relaxed) or 8 multiply-adds, each with its sum. */
export function dots(times: i32, near: usize, oneInstruction: bool): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD) return dotsOf<i32>(times, near)
  return oneInstruction ? dotsOf<i8>(times, near) : pairSums(times, near)
}

function dotsOf<FORM>(times: i32, near: usize): i32 {
  const x0 = v128.load(near)
  const x1 = v128.load(near, 16)
  // A sum is ready after five cycles, and two begin in each. So ten must be under way.
  let a0 = i32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let a4 = a0
  let a5 = a0
  let a6 = a0
  let a7 = a0
  let a8 = a0
  let a9 = a0
  for (let i = 0; i < times; i++) {
    const at = near + ((<usize>(i & 63)) << 6)
    let w = v128.load(at)
    a0 = dot<FORM>(w, x0, a0)
    a1 = dot<FORM>(w, x1, a1)
    w = v128.load(at, 16)
    a2 = dot<FORM>(w, x0, a2)
    a3 = dot<FORM>(w, x1, a3)
    w = v128.load(at, 32)
    a4 = dot<FORM>(w, x0, a4)
    a5 = dot<FORM>(w, x1, a5)
    w = v128.load(at, 48)
    a6 = dot<FORM>(w, x0, a6)
    a7 = dot<FORM>(w, x1, a7)
    w = v128.load(at, 64)
    a8 = dot<FORM>(w, x0, a8)
    a9 = dot<FORM>(w, x1, a9)
    w = v128.load(at, 80)
    a0 = dot<FORM>(w, x0, a0)
    a1 = dot<FORM>(w, x1, a1)
    w = v128.load(at, 96)
    a2 = dot<FORM>(w, x0, a2)
    a3 = dot<FORM>(w, x1, a3)
    w = v128.load(at, 112)
    a4 = dot<FORM>(w, x0, a4)
    a5 = dot<FORM>(w, x1, a5)
    w = v128.load(at, 128)
    a6 = dot<FORM>(w, x0, a6)
    a7 = dot<FORM>(w, x1, a7)
    w = v128.load(at, 144)
    a8 = dot<FORM>(w, x0, a8)
    a9 = dot<FORM>(w, x1, a9)
    w = v128.load(at, 160)
    a0 = dot<FORM>(w, x0, a0)
    a1 = dot<FORM>(w, x1, a1)
    w = v128.load(at, 176)
    a2 = dot<FORM>(w, x0, a2)
    a3 = dot<FORM>(w, x1, a3)
  }
  a0 = i32x4.add(i32x4.add(a0, a1), i32x4.add(a2, a3))
  a4 = i32x4.add(i32x4.add(a4, a5), i32x4.add(a6, a7))
  return i32x4.extract_lane(i32x4.add(i32x4.add(a0, a4), i32x4.add(a8, a9)), 0)
}

/** As `dotsOf`, with sums of two products in 16 bits, see `product.ts`. */
function pairSums(times: i32, near: usize): i32 {
  // Not a constant to V8, as in `tilesOfPairs`: `times` is not negative.
  const ones = i16x8.splat(<i16>(1 + (times >> 31)))
  const x0 = v128.load(near)
  const x1 = v128.load(near, 16)
  let a0 = i32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  for (let i = 0; i < times; i++) {
    const at = near + ((<usize>(i & 63)) << 6)
    a0 = pair(at, x0, x1, a0, ones)
    a1 = pair(at + 16, x0, x1, a1, ones)
    a2 = pair(at + 32, x0, x1, a2, ones)
    a3 = pair(at + 48, x0, x1, a3, ones)
    a0 = pair(at + 64, x0, x1, a0, ones)
    a1 = pair(at + 80, x0, x1, a1, ones)
    a2 = pair(at + 96, x0, x1, a2, ones)
    a3 = pair(at + 112, x0, x1, a3, ones)
    a0 = pair(at + 128, x0, x1, a0, ones)
    a1 = pair(at + 144, x0, x1, a1, ones)
    a2 = pair(at + 160, x0, x1, a2, ones)
    a3 = pair(at + 176, x0, x1, a3, ones)
  }
  return i32x4.extract_lane(i32x4.add(i32x4.add(a0, a1), i32x4.add(a2, a3)), 0)
}

/** The same weights twice: loading them costs nothing beside their products. */
function pair(at: usize, x0: v128, x1: v128, c: v128, ones: v128): v128 {
  const w = v128.load(at)
  return pairs(w, w, x0, x1, c, ones)
}

/** 16 products of four floats, each with its sum: 32 instructions. */
export function floats(times: i32, near: usize): f32 {
  const x0 = v128.load(near)
  const x1 = v128.load(near, 16)
  const x2 = v128.load(near, 32)
  const x3 = v128.load(near, 48)
  let a0 = f32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  let a4 = a0
  let a5 = a0
  let a6 = a0
  let a7 = a0
  for (let i = 0; i < times; i++) {
    const at = near + ((<usize>(i & 63)) << 6)
    let w = v128.load(at)
    a0 = f32x4.add(a0, f32x4.mul(w, x0))
    a1 = f32x4.add(a1, f32x4.mul(w, x1))
    a2 = f32x4.add(a2, f32x4.mul(w, x2))
    a3 = f32x4.add(a3, f32x4.mul(w, x3))
    w = v128.load(at, 16)
    a4 = f32x4.add(a4, f32x4.mul(w, x0))
    a5 = f32x4.add(a5, f32x4.mul(w, x1))
    a6 = f32x4.add(a6, f32x4.mul(w, x2))
    a7 = f32x4.add(a7, f32x4.mul(w, x3))
    w = v128.load(at, 32)
    a0 = f32x4.add(a0, f32x4.mul(w, x0))
    a1 = f32x4.add(a1, f32x4.mul(w, x1))
    a2 = f32x4.add(a2, f32x4.mul(w, x2))
    a3 = f32x4.add(a3, f32x4.mul(w, x3))
    w = v128.load(at, 48)
    a4 = f32x4.add(a4, f32x4.mul(w, x0))
    a5 = f32x4.add(a5, f32x4.mul(w, x1))
    a6 = f32x4.add(a6, f32x4.mul(w, x2))
    a7 = f32x4.add(a7, f32x4.mul(w, x3))
  }
  a0 = f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3))
  return f32x4.extract_lane(f32x4.add(a0, f32x4.add(f32x4.add(a4, a5), f32x4.add(a6, a7))), 0)
}

/** Reads all vectors of `bytes` (a multiple of 128) at `from`. */
export function reads(times: i32, from: usize, bytes: usize): i32 {
  let a0 = i32x4.splat(0)
  let a1 = a0
  let a2 = a0
  let a3 = a0
  for (let i = 0; i < times; i++) {
    for (let at = from, end = from + bytes; at < end; at += 128) {
      a0 = v128.xor(a0, v128.load(at))
      a1 = v128.xor(a1, v128.load(at, 16))
      a2 = v128.xor(a2, v128.load(at, 32))
      a3 = v128.xor(a3, v128.load(at, 48))
      a0 = v128.xor(a0, v128.load(at, 64))
      a1 = v128.xor(a1, v128.load(at, 80))
      a2 = v128.xor(a2, v128.load(at, 96))
      a3 = v128.xor(a3, v128.load(at, 112))
    }
  }
  return i32x4.extract_lane(v128.xor(v128.xor(a0, a1), v128.xor(a2, a3)), 0)
}

/** Writes 512 vectors to the first cache. */
export function writes(times: i32, near: usize): void {
  const v = v128.load(near)
  for (let i = 0; i < times; i++) {
    for (let at = near, end = near + NEAR; at < end; at += 128) {
      v128.store(at, v)
      v128.store(at, v, 16)
      v128.store(at, v, 32)
      v128.store(at, v, 48)
      v128.store(at, v, 64)
      v128.store(at, v, 80)
      v128.store(at, v, 96)
      v128.store(at, v, 112)
    }
  }
}
