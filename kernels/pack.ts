/**
 * Lays out a matrix for `product`, once when a model is loaded.
 *
 * Bound: 1 load, 1 store and 4 other instructions for each 4 weights.
 */
import { COLUMNS, GROUP, matrixPanels, matrixSums, panelBytes, SPAN } from './layout'

/**
 * @param from weights [outputs, inputs], u8 with zero point 128; zero afterwards, as the memory that follows must be
 * @param matrix the block, zero but for scales and bias
 */
export function pack(from: usize, outputs: i32, inputs: i32, matrix: usize): void {
  const panels = matrixPanels(matrix, outputs, inputs)
  const panel = panelBytes(inputs)
  const zeroPoint = i32x4(0x80808080, 0, 0, 0)
  let line = from
  for (let output = 0; output < outputs; output++) {
    let to = panels + <usize>(output / COLUMNS) * panel + <usize>((output % COLUMNS) * GROUP)
    for (let first = 0; first < inputs; first += SPAN) {
      const end = line + <usize>min(SPAN, inputs - first)
      let sums = i32x4.splat(0)
      for (; line + 3 < end; line += 4, to += 4 * COLUMNS) {
        const four = v128.xor(v128.load32_zero(line), zeroPoint)
        sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(four)))
        if (GROUP === 4) v128.store32_lane(to, four, 0)
        else {
          v128.store16_lane(to, four, 0)
          v128.store16_lane(to, four, 1, 2 * COLUMNS)
        }
      }
      let sum = i32x4.extract_lane(sums, 0)
      for (let i = 0; line < end; line++, i++) {
        const weight = <i32>load<u8>(line) - 128
        store<i8>(to + <usize>((i / GROUP) * COLUMNS * GROUP + (i % GROUP)), <i8>weight)
        sum += weight
      }
      store<i32>(matrixSums(matrix, outputs, first / SPAN) + ((<usize>output) << 2), -sum)
    }
  }
  memory.fill(from, 0, line - from)
}
