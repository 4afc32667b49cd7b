/**
 * A model in memory: numbers of 4 bytes in this order, which `src/kernels/placeModel.ts` writes. Names of tensors are
 * those of models/README.md; matrices are blocks of `layout.ts`.
 */

export function width(model: usize): i32 {
  return load<i32>(model, 0)
}
export function heads(model: usize): i32 {
  return load<i32>(model, 4)
}
export function headWidth(model: usize): i32 {
  return load<i32>(model, 8)
}
export function ffWidth(model: usize): i32 {
  return load<i32>(model, 12)
}
/** Rows of the position table, which is the longest prompt. */
export function positions(model: usize): i32 {
  return load<i32>(model, 16)
}
export function epsilon(model: usize): f32 {
  return load<f32>(model, 20)
}
/** `encoder.embed.weight`, u8 with zero point 128, and its scales. */
export function words(model: usize): usize {
  return load<usize>(model, 24)
}
export function wordScales(model: usize): usize {
  return load<usize>(model, 28)
}
/** The sums of the tables of token types and positions, floats [types, positions, width]. */
export function places(model: usize): usize {
  return load<usize>(model, 32)
}
export function embedNorm(model: usize): usize {
  return load<usize>(model, 36)
}
/** The bias of each head by distance, floats [heads, 2 · positions - 1], or 0. */
export function relative(model: usize): usize {
  return load<usize>(model, 40)
}
/** The most rows of a unit of work. */
export function unitRows(model: usize): i32 {
  return load<i32>(model, 44)
}

const FIRST_LAYER: usize = 64
const LAYER_BYTES: usize = 32

export function layer(model: usize, index: i32): usize {
  return model + FIRST_LAYER + <usize>index * LAYER_BYTES
}
export function queryMatrix(layer: usize): usize {
  return load<usize>(layer, 0)
}
export function keyMatrix(layer: usize): usize {
  return load<usize>(layer, 4)
}
export function valueMatrix(layer: usize): usize {
  return load<usize>(layer, 8)
}
export function outMatrix(layer: usize): usize {
  return load<usize>(layer, 12)
}
export function attentionNorm(layer: usize): usize {
  return load<usize>(layer, 16)
}
export function upMatrix(layer: usize): usize {
  return load<usize>(layer, 20)
}
export function downMatrix(layer: usize): usize {
  return load<usize>(layer, 24)
}
export function ffNorm(layer: usize): usize {
  return load<usize>(layer, 28)
}
