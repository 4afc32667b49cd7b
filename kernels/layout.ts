/**
 * How matrices and rows lie in memory.
 *
 * A matrix of a linear layer is one block: scales, bias and the sums of each span, each `rounded(outputs)` numbers of 4
 * bytes, then panels of 8 outputs. A panel holds, for every 4 inputs (2 without relaxed SIMD), those of 8 outputs next
 * to each other: the order in which `product` reads them.
 *
 * The steps of a row are 8 bytes for each span: the step, a float, and the zero point, an integer.
 */

/**
 * Neighboring inputs that share a step: a multiple of 16, and at most 240, so that sums of their weights fit 16 bits.
 * Fewer lose less and cost more, see bench/NOTES.md.
 */
export const SPAN: i32 = 128

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

export function spans(inputs: i32): i32 {
  return (inputs + SPAN - 1) / SPAN
}

/** Of a row. */
export function stepBytes(inputs: i32): usize {
  return (<usize>spans(inputs)) << 3
}

export function panelBytes(inputs: i32): usize {
  return <usize>(rounded(inputs) * COLUMNS)
}

/** The step of each output's weights. */
export function matrixScales(matrix: usize): usize {
  return matrix
}

export function matrixBias(matrix: usize, outputs: i32): usize {
  return matrix + ((<usize>rounded(outputs)) << 2)
}

/** Of a span, the sum of each output's weights times -1, an integer: the zero point's factor. */
export function matrixSums(matrix: usize, outputs: i32, span: i32): usize {
  return matrix + <usize>(span + 2) * ((<usize>rounded(outputs)) << 2)
}

export function matrixPanels(matrix: usize, outputs: i32, inputs: i32): usize {
  return matrixSums(matrix, outputs, spans(inputs))
}

export function matrixBytes(outputs: i32, inputs: i32): usize {
  return matrixPanels(0, outputs, inputs) + <usize>(rounded(outputs) * rounded(inputs))
}
