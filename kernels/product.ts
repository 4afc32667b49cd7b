/**
 * The 8-bit product: y = x · Wᵀ + bias, with x quantized to 7 bits a span of a row and W to 8 bits an output.
 *
 * A tile is 4 rows × 8 outputs: 8 accumulators, 2 vectors of weights and 1 of inputs fit the 15 registers that V8 uses
 * on x86. The loop over outputs is outside, so 8 outputs of W stay in the first cache while all rows pass. An x86 core
 * with AVX-VNNI and an ARM core with dot products do 16 multiply-adds an instruction (`relaxed_dot…add`); for other x86
 * cores V8 takes five. There, products of fitted weights (`pack.ts`) are added in 16 bits first: 32 multiply-adds take
 * five instructions, three of them multiplications (`tilesOfPairs`). Without relaxed SIMD, inputs are kept in 16 bits
 * and weights are widened as they are loaded: four instructions for 16. All forms add the same integers, so they give
 * the same numbers.
 *
 * A tile adds the integers of a span, from what the zero points subtract; then the steps scale them, and y adds up the
 * spans, always in the same order.
 *
 * Bound: 6 loads for each 8 dot products, 8 in pairs; two loads and two dot products a cycle at best. After each span
 * of 128 inputs, which take 256 dot products, 8 vectors of y are scaled, loaded and stored.
 */
import {
  COLUMNS,
  INPUT_BYTES,
  matrixBias,
  matrixPanels,
  matrixScales,
  matrixSums,
  panelBytes,
  rounded,
  SPAN,
  stepBytes,
} from './layout'

/** Whether the relaxed dot product is one instruction here; else sums of pairs are faster. The first jobs tell. */
let isOneInstruction: bool = true

export function setDotProduct(one: bool): void {
  isOneInstruction = one
}

/**
 * Of any weights.
 * @param x rows of `rounded(inputs)` inputs, see `quantizeRow`
 * @param steps of each row, see `layout.ts`
 * @param rows any number; rows up to the next multiple of 4 must exist and are computed as well
 * @param y rows of `rounded(outputs)` floats
 */
export function product(x: usize, steps: usize, rows: i32, inputs: i32, matrix: usize, outputs: i32, y: usize): void {
  if (!ASC_FEATURE_RELAXED_SIMD) tiles<i32>(x, steps, rows, inputs, matrix, outputs, y)
  else tiles<i8>(x, steps, rows, inputs, matrix, outputs, y)
}

/** The same of weights that were fitted when they were packed. */
export function fittedProduct(
  x: usize,
  steps: usize,
  rows: i32,
  inputs: i32,
  matrix: usize,
  outputs: i32,
  y: usize,
): void {
  if (!ASC_FEATURE_RELAXED_SIMD || isOneInstruction) product(x, steps, rows, inputs, matrix, outputs, y)
  else tilesOfPairs(x, steps, rows, inputs, matrix, outputs, y)
}

/** c + w · x, for 4 outputs of 4 inputs each; without relaxed SIMD, of 2. `FORM` chooses the instructions. */
export function dot<FORM>(w: v128, x: v128, c: v128): v128 {
  if (sizeof<FORM>() === 1) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, c)
  return i32x4.add(c, i32x4.dot_i16x8_s(w, x))
}

/** c + the weights of 4 outputs for 8 inputs · these inputs, the products of a lane added in 16 bits. */
export function pairs(first: v128, second: v128, x: v128, after: v128, c: v128, ones: v128): v128 {
  const left = i16x8.relaxed_dot_i8x16_i7x16_s(first, x)
  const right = i16x8.relaxed_dot_i8x16_i7x16_s(second, after)
  return i32x4.add(c, i32x4.dot_i16x8_s(i16x8.add(left, right), ones))
}

/** 4 outputs of the weights at `from` + `at` bytes. */
function weights<FORM>(from: usize): v128 {
  return sizeof<FORM>() === 4 ? v128.load8x8_s(from) : v128.load(from)
}

function tiles<FORM>(x: usize, steps: usize, rows: i32, inputs: i32, matrix: usize, outputs: i32, y: usize): void {
  // Of a vector of weights, in memory.
  const V: usize = sizeof<FORM>() === 4 ? 8 : 16
  const line = <usize>rounded(inputs) * INPUT_BYTES
  const across = (<usize>rounded(outputs)) << 2
  const panel = panelBytes(inputs)
  const span = <usize>(SPAN * COLUMNS)
  const stepLine = stepBytes(inputs)
  let weight = matrixPanels(matrix, outputs, inputs)
  let column: usize = 0
  for (let output = 0; output < outputs; output += COLUMNS) {
    const scales = matrixScales(matrix) + column
    const bias = matrixBias(matrix, outputs) + column
    for (let row = 0; row < rows; row += 4) {
      let x0 = x + <usize>row * line
      let x1 = x0 + line
      let x2 = x1 + line
      let x3 = x2 + line
      const to = y + <usize>row * across + column
      let step = steps + <usize>row * stepLine
      let sums = matrixSums(matrix, outputs, 0) + column
      let w = weight
      const end = weight + panel
      while (w < end) {
        // Sums fit 16 bits, and the upper half of a zero point is 0, so of each pair only the first counts.
        const sa = v128.load(sums)
        const sb = v128.load(sums, 16)
        let zero = v128.load32_splat(step, 4)
        let a0 = i32x4.dot_i16x8_s(sa, zero)
        let b0 = i32x4.dot_i16x8_s(sb, zero)
        zero = v128.load32_splat(step + stepLine, 4)
        let a1 = i32x4.dot_i16x8_s(sa, zero)
        let b1 = i32x4.dot_i16x8_s(sb, zero)
        zero = v128.load32_splat(step + 2 * stepLine, 4)
        let a2 = i32x4.dot_i16x8_s(sa, zero)
        let b2 = i32x4.dot_i16x8_s(sb, zero)
        zero = v128.load32_splat(step + 3 * stepLine, 4)
        let a3 = i32x4.dot_i16x8_s(sa, zero)
        let b3 = i32x4.dot_i16x8_s(sb, zero)
        const isFirst = w === weight
        const spanEnd = min(w + span, end)
        while (w < spanEnd) {
          const wa = weights<FORM>(w)
          const wb = weights<FORM>(w + V)
          let v = v128.load32_splat(x0)
          a0 = dot<FORM>(wa, v, a0)
          b0 = dot<FORM>(wb, v, b0)
          v = v128.load32_splat(x1)
          a1 = dot<FORM>(wa, v, a1)
          b1 = dot<FORM>(wb, v, b1)
          v = v128.load32_splat(x2)
          a2 = dot<FORM>(wa, v, a2)
          b2 = dot<FORM>(wb, v, b2)
          v = v128.load32_splat(x3)
          a3 = dot<FORM>(wa, v, a3)
          b3 = dot<FORM>(wb, v, b3)

          const wc = weights<FORM>(w + 2 * V)
          const wd = weights<FORM>(w + 3 * V)
          v = v128.load32_splat(x0, 4)
          a0 = dot<FORM>(wc, v, a0)
          b0 = dot<FORM>(wd, v, b0)
          v = v128.load32_splat(x1, 4)
          a1 = dot<FORM>(wc, v, a1)
          b1 = dot<FORM>(wd, v, b1)
          v = v128.load32_splat(x2, 4)
          a2 = dot<FORM>(wc, v, a2)
          b2 = dot<FORM>(wd, v, b2)
          v = v128.load32_splat(x3, 4)
          a3 = dot<FORM>(wc, v, a3)
          b3 = dot<FORM>(wd, v, b3)
          w += 4 * V
          x0 += 8
          x1 += 8
          x2 += 8
          x3 += 8
        }
        const to1 = to + across
        const to2 = to1 + across
        const to3 = to2 + across
        add2(isFirst ? bias : to, to, step, a0, b0, scales)
        add2(isFirst ? bias : to1, to1, step + stepLine, a1, b1, scales)
        add2(isFirst ? bias : to2, to2, step + 2 * stepLine, a2, b2, scales)
        add2(isFirst ? bias : to3, to3, step + 3 * stepLine, a3, b3, scales)
        step += 8
        sums += across
      }
    }
    weight += panel
    column += COLUMNS << 2
  }
}

/**
 * `tiles` of fitted weights. A tile is 2 rows × 8 outputs: 4 accumulators, 4 vectors of weights, 2 of inputs, 1 of ones
 * and 1 sum. With 4 rows, V8 would move accumulators to memory and back.
 */
function tilesOfPairs(x: usize, steps: usize, rows: i32, inputs: i32, matrix: usize, outputs: i32, y: usize): void {
  // V8 would make a constant anew for each use, in three instructions.
  const ones = i16x8.splat(<i16>(1 - <i32>isOneInstruction))
  const line = <usize>rounded(inputs)
  const across = (<usize>rounded(outputs)) << 2
  const panel = panelBytes(inputs)
  const span = <usize>(SPAN * COLUMNS)
  const stepLine = stepBytes(inputs)
  let weight = matrixPanels(matrix, outputs, inputs)
  let column: usize = 0
  for (let output = 0; output < outputs; output += COLUMNS) {
    const scales = matrixScales(matrix) + column
    const bias = matrixBias(matrix, outputs) + column
    for (let row = 0; row < rows; row += 2) {
      let x0 = x + <usize>row * line
      let x1 = x0 + line
      const to = y + <usize>row * across + column
      const to1 = to + across
      let step = steps + <usize>row * stepLine
      let sums = matrixSums(matrix, outputs, 0) + column
      let w = weight
      const end = weight + panel
      while (w < end) {
        const sa = v128.load(sums)
        const sb = v128.load(sums, 16)
        let zero = v128.load32_splat(step, 4)
        let a0 = i32x4.dot_i16x8_s(sa, zero)
        let b0 = i32x4.dot_i16x8_s(sb, zero)
        zero = v128.load32_splat(step + stepLine, 4)
        let a1 = i32x4.dot_i16x8_s(sa, zero)
        let b1 = i32x4.dot_i16x8_s(sb, zero)
        const isFirst = w === weight
        const spanEnd = min(w + span, end)
        while (w < spanEnd) {
          const wa = v128.load(w)
          const wb = v128.load(w, 16)
          const wc = v128.load(w, 32)
          const wd = v128.load(w, 48)
          let v = v128.load32_splat(x0)
          let u = v128.load32_splat(x0, 4)
          a0 = pairs(wa, wc, v, u, a0, ones)
          b0 = pairs(wb, wd, v, u, b0, ones)
          v = v128.load32_splat(x1)
          u = v128.load32_splat(x1, 4)
          a1 = pairs(wa, wc, v, u, a1, ones)
          b1 = pairs(wb, wd, v, u, b1, ones)

          w += 64
          x0 += 8
          x1 += 8
        }
        add2(isFirst ? bias : to, to, step, a0, b0, scales)
        add2(isFirst ? bias : to1, to1, step + stepLine, a1, b1, scales)
        step += 8
        sums += across
      }
    }
    weight += panel
    column += COLUMNS << 2
  }
}

/** Adds what a span gives to 8 outputs of a row: to = from + step · scales · integers. */
function add2(from: usize, to: usize, steps: usize, a: v128, b: v128, scales: usize): void {
  const step = v128.load32_splat(steps)
  const left = f32x4.mul(f32x4.convert_i32x4_s(a), f32x4.mul(step, v128.load(scales)))
  const right = f32x4.mul(f32x4.convert_i32x4_s(b), f32x4.mul(step, v128.load(scales, 16)))
  v128.store(to, f32x4.add(v128.load(from), left))
  v128.store(to, f32x4.add(v128.load(from, 16), right), 16)
}
