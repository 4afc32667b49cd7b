/** Lays out a matrix for `product`, once when a model is loaded. */
import { COLUMNS, GROUP, matrixPanels, matrixScales, matrixSums, panelBytes } from './layout'

/**
 * @param from weights [outputs, inputs], u8 with zero point 128
 * @param matrix the block, with scales and bias written and all else zero
 */
export function pack(from: usize, outputs: i32, inputs: i32, matrix: usize): void {
  const panels = matrixPanels(matrix, outputs)
  const scales = matrixScales(matrix)
  const sums = matrixSums(matrix, outputs)
  const panel = panelBytes(inputs)
  for (let output = 0; output < outputs; output++) {
    const line = from + <usize>(output * inputs)
    let to = panels + <usize>(output / COLUMNS) * panel + <usize>((output % COLUMNS) * GROUP)
    let sum = 0
    for (let input = 0; input < inputs; input += GROUP) {
      const count = min(GROUP, inputs - input)
      for (let i = 0; i < count; i++) {
        const weight = <i32>load<u8>(line + <usize>(input + i)) - 128
        store<i8>(to + <usize>i, <i8>weight)
        sum += weight
      }
      to += <usize>(COLUMNS * GROUP)
    }
    const at = (<usize>output) << 2
    store<f32>(sums + at, <f32>sum * load<f32>(scales + at))
  }
}
