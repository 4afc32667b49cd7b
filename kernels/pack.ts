/**
 * Lays out a matrix for `product`, once when a model is loaded.
 *
 * Bound: 1 load, 1 store and 4 other instructions for each 4 weights.
 */
import { COLUMNS, GROUP, matrixPanels, matrixScales, matrixSums, panelBytes, SPAN } from './layout'

/**
 * @param from weights [outputs, inputs], u8 with zero point 128; zero afterwards, as the memory that follows must be
 * @param matrix the block, zero but for scales and bias
 * @param fits whether it is for `fittedProduct`
 */
export function pack(from: usize, outputs: i32, inputs: i32, matrix: usize, fits: bool): void {
  const panels = matrixPanels(matrix, outputs, inputs)
  const panel = panelBytes(inputs)
  const zeroPoint = i32x4(0x80808080, 0, 0, 0)
  let line = from
  for (let output = 0; output < outputs; output++) {
    if (fits) fit(line, inputs, matrixScales(matrix) + ((<usize>output) << 2))
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

/** What the weights of a group may add up to on either side of 0: 258 · 127 is the most that fits 16 bits. */
const MOST: i32 = 258

/**
 * Scales an output's weights down, and its step up, until the products of any four weights that `product` adds in 16
 * bits fit there. Of every 8 inputs these are the weights 0, 1, 4, 5 and the weights 2, 3, 6, 7. Inputs are 0 to 127.
 *
 * Few outputs need it, and by little: of trained models one in seven, by a tenth.
 * @param line u8 with zero point 128
 * @param scale the step of the weights
 */
function fit(line: usize, inputs: i32, scale: usize): void {
  const zeroPoint = i8x16.splat(-128)
  const none = i8x16.splat(0)
  let most = i16x8.splat(0)
  let least = i16x8.splat(0)
  const whole = inputs & ~15
  for (let i = 0; i < whole; i += 16) {
    const eight = v128.xor(v128.load(line + i), zeroPoint)
    let above = i16x8.extadd_pairwise_i8x16_s(i8x16.max_s(eight, none))
    let below = i16x8.extadd_pairwise_i8x16_s(i8x16.min_s(eight, none))
    above = i16x8.add(above, i16x8.shuffle(above, above, 2, 3, 0, 1, 6, 7, 4, 5))
    below = i16x8.add(below, i16x8.shuffle(below, below, 2, 3, 0, 1, 6, 7, 4, 5))
    most = i16x8.max_s(most, above)
    least = i16x8.min_s(least, below)
  }
  const both = i16x8.max_s(most, i16x8.sub(i16x8.splat(0), least))
  let largest: i32 = max(i16x8.extract_lane_s(both, 0), i16x8.extract_lane_s(both, 1))
  largest = max(largest, max(i16x8.extract_lane_s(both, 4), i16x8.extract_lane_s(both, 5)))
  for (let group = whole; group < inputs; group += 8) {
    for (let half = 0; half < 4; half += 2) {
      let above = 0
      let below = 0
      for (let place = 0; place < 4; place++) {
        const i = group + half + (place & 1) + ((place & 2) << 1)
        if (i >= inputs) continue
        const weight = <i32>load<u8>(line + i) - 128
        above += max(weight, 0)
        below -= min(weight, 0)
      }
      largest = max(largest, max(above, below))
    }
  }
  if (largest <= MOST) return
  // Rounding adds at most a half to each of four weights.
  const share = <f32>(MOST - 2) / <f32>largest
  store<f32>(scale, load<f32>(scale) / share)
  for (let i = 0; i < inputs; i++) {
    const weight = <f32>(<i32>load<u8>(line + i) - 128)
    store<u8>(line + i, <u8>(<i32>nearest(weight * share) + 128))
  }
}
