/** Lays out a matrix for `product`, once when a model is loaded. */
import { COLUMNS, GROUP, matrixPanels, matrixSums, panelBytes, SPAN } from './layout'

/**
 * @param from weights [outputs, inputs], u8 with zero point 128
 * @param matrix the block, zero but for scales and bias
 */
export function pack(from: usize, outputs: i32, inputs: i32, matrix: usize): void {
  const panels = matrixPanels(matrix, outputs, inputs)
  const panel = panelBytes(inputs)
  for (let output = 0; output < outputs; output++) {
    const line = from + <usize>(output * inputs)
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
}
