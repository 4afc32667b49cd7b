/**
 * How matrices and rows lie in memory.
 *
 * A matrix of a linear layer is one block: scales, sums and bias, each `rounded(outputs)` floats, then panels of 8
 * outputs. A panel holds, for every 4 inputs (2 without relaxed SIMD), those of 8 outputs next to each other: the
 * order in which `product` reads them.
 */

/** Outputs of a panel. */
export const COLUMNS: i32 = 8

/** Rows of inputs, and of floats, are padded to a multiple of this. */
const STEP: i32 = 16

/** Bytes of a quantized input. Without relaxed SIMD, products take pairs of 16 bits. */
export const INPUT_BYTES: usize = ASC_FEATURE_RELAXED_SIMD ? 1 : 2

/** Neighbouring inputs of an output in a panel. */
export const GROUP: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2

export function rounded(size: i32): i32 {
  return (size + STEP - 1) & -STEP
}

export function panelBytes(inputs: i32): usize {
  return <usize>(rounded(inputs) * COLUMNS)
}

/** The step of each output's weights. */
export function matrixScales(matrix: usize): usize {
  return matrix
}

/** The sum of each output's weights: what the least value of the inputs is multiplied by. */
export function matrixSums(matrix: usize, outputs: i32): usize {
  return matrix + ((<usize>rounded(outputs)) << 2)
}

export function matrixBias(matrix: usize, outputs: i32): usize {
  return matrix + ((<usize>rounded(outputs)) << 3)
}

export function matrixPanels(matrix: usize, outputs: i32): usize {
  return matrix + <usize>rounded(outputs) * 12
}
