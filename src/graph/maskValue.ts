import type { Dialect } from '../model/dialect.js'

/** The value of `mask_bias` at padding: far below every logit, and within the range of half precision in fp16. */
export function maskValue(dialect: Dialect): number {
  return dialect.precision === 'fp16' ? -3e4 : -1e9
}

/** The value of `mask_bias` at a token that is read, though no other token attends to it. */
export const UNATTENDED = -2e4
