/**
 * Lays out a matrix for `product`, once when a model is loaded.
 *
 * A panel of 8 outputs goes by squares of 16 inputs: 8 vectors, whose groups of 2 or 4 bytes change places as in the
 * transpose of a matrix. The group of output r and number g, at place (r, g), goes to (g, r). Shuffling the first half
 * of all groups with the second, three times, moves the 3 bits of r behind those of g.
 *
 * Bound: 1 load, 3 shuffles and 1 store for each 16 weights, and as many additions for the sums.
 */
import { COLUMNS, GROUP, matrixPanels, matrixSums, panelBytes, SPAN } from './layout'

/** Inputs of a square. */
const SQUARE = 16

/**
 * @param from weights [outputs, inputs], u8 with zero point 128; zero afterwards, as the memory that follows must be
 * @param matrix the block, zero but for scales and bias
 */
export function pack(from: usize, outputs: i32, inputs: i32, matrix: usize): void {
  const panels = matrixPanels(matrix, outputs, inputs)
  const panel = panelBytes(inputs)
  const whole = inputs % SQUARE === 0 ? outputs & -COLUMNS : 0
  for (let output = 0; output < whole; output += COLUMNS) {
    const lines = from + <usize>(output * inputs)
    packPanel(lines, inputs, panels + <usize>(output / COLUMNS) * panel)
    for (let first = 0; first < inputs; first += SPAN) {
      const sums = matrixSums(matrix, outputs, first / SPAN) + ((<usize>output) << 2)
      const size = min(SPAN, inputs - first)
      for (let row = 0; row < COLUMNS; row++) {
        store<i32>(sums + ((<usize>row) << 2), -sum(lines + <usize>(row * inputs + first), size))
      }
    }
  }
  for (let output = whole; output < outputs; output++) {
    packRow(from + <usize>(output * inputs), output, outputs, inputs, matrix, panels, panel)
  }
  memory.fill(from, 0, <usize>(outputs * inputs))
}

/** Weights with zero point 0. */
function weights(from: usize): v128 {
  return v128.xor(v128.load(from), i8x16.splat(-128))
}

function packPanel(lines: usize, inputs: i32, to: usize): void {
  const line = <usize>inputs
  for (let input: usize = 0; input < line; input += SQUARE, to += SQUARE * COLUMNS) {
    const at = lines + input
    let a = weights(at)
    let b = weights(at + line)
    let c = weights(at + 2 * line)
    let d = weights(at + 3 * line)
    let e = weights(at + 4 * line)
    let f = weights(at + 5 * line)
    let g = weights(at + 6 * line)
    let h = weights(at + 7 * line)
    for (let round = 0; round < 3; round++) {
      const first = low(a, e)
      const second = high(a, e)
      const third = low(b, f)
      const fourth = high(b, f)
      const fifth = low(c, g)
      const sixth = high(c, g)
      g = low(d, h)
      h = high(d, h)
      a = first
      b = second
      c = third
      d = fourth
      e = fifth
      f = sixth
    }
    v128.store(to, a)
    v128.store(to, b, 16)
    v128.store(to, c, 32)
    v128.store(to, d, 48)
    v128.store(to, e, 64)
    v128.store(to, f, 80)
    v128.store(to, g, 96)
    v128.store(to, h, 112)
  }
}

/** The groups of the first halves of two vectors, in turns. */
function low(a: v128, b: v128): v128 {
  return GROUP === 4 ? v128.shuffle<i32>(a, b, 0, 4, 1, 5) : v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
}

/** Those of the second halves. */
function high(a: v128, b: v128): v128 {
  return GROUP === 4 ? v128.shuffle<i32>(a, b, 2, 6, 3, 7) : v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
}

/** Of some weights, in squares. */
function sum(from: usize, size: i32): i32 {
  let sums = i32x4.splat(0)
  for (const end = from + <usize>size; from < end; from += SQUARE) {
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(weights(from))))
  }
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  )
}

/** An output of a matrix of any size. */
function packRow(
  line: usize,
  output: i32,
  outputs: i32,
  inputs: i32,
  matrix: usize,
  panels: usize,
  panel: usize,
): void {
  let to = panels + <usize>(output / COLUMNS) * panel + <usize>((output % COLUMNS) * GROUP)
  for (let first = 0; first < inputs; first += SPAN) {
    const end = min(first + SPAN, inputs)
    let sum = 0
    for (let input = first; input < end; input += GROUP) {
      const count = min(GROUP, end - input)
      for (let i = 0; i < count; i++) {
        const weight = <i32>load<u8>(line + <usize>(input + i)) - 128
        store<i8>(to + <usize>i, <i8>weight)
        sum -= weight
      }
      to += <usize>(COLUMNS * GROUP)
    }
    store<i32>(matrixSums(matrix, outputs, first / SPAN) + ((<usize>output) << 2), sum)
  }
}
