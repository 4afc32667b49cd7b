/**
 * A batch to encode: numbers of 4 bytes in this order, which `src/kernels/writeJob.ts` writes. Threads take one unit
 * after the other; a unit is a run of prompts.
 */

/** The number of layers to run. */
export function depth(job: usize): i32 {
  return load<i32>(job, 0)
}
/** The number of first rows of each prompt that the last layer computes; 0: all. */
export function firstRows(job: usize): i32 {
  return load<i32>(job, 4)
}
/** The first row of each prompt that is returned, if `firstRows` is not 0. */
export function firstView(job: usize): i32 {
  return load<i32>(job, 8)
}
/** The norm of the rows that are returned, or 0. */
export function exitNorm(job: usize): usize {
  return load<usize>(job, 12)
}
/** For the results, rows of `width` floats. */
export function output(job: usize): usize {
  return load<usize>(job, 16)
}
export function units(job: usize): i32 {
  return load<i32>(job, 20)
}
/** Of each unit, its first prompt; then the number of prompts. */
export function unitStarts(job: usize): usize {
  return load<usize>(job, 24)
}
/** Of each prompt, its first token; then the number of tokens. */
export function promptStarts(job: usize): usize {
  return load<usize>(job, 28)
}
/** Of each token, its id and its row in the table of places. */
export function tokens(job: usize): usize {
  return load<usize>(job, 32)
}
/** The next unit that a thread takes. */
export const NEXT: usize = 36
/** Where the first thread's scratch begins, and the bytes of each. */
export function scratch(job: usize): usize {
  return load<usize>(job, 40)
}
export function scratchBytes(job: usize): usize {
  return load<usize>(job, 44)
}

export function entry(list: usize, index: i32): i32 {
  return load<i32>(list + ((<usize>index) << 2))
}

/** Whether products use the relaxed dot product, see `product.ts`. */
export function isOneInstruction(job: usize): bool {
  return load<i32>(job, 48) !== 0
}
