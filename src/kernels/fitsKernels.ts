import type { Architecture, BertArchitecture } from '../model/manifest.js'

/** Kernels take four numbers at a time. */
const LANES = 4

/** Whether the kernels compute this architecture: BERT and its like, with widths that are multiples of 4. */
export function fitsKernels(architecture: Architecture): architecture is BertArchitecture {
  const { family, width, headWidth, ffWidth, anchor } = architecture
  const sizes = [width, headWidth, ffWidth, ...(anchor ? [anchor.headWidth, anchor.ffWidth] : [])]
  return family === 'bert' && sizes.every(size => size % LANES === 0)
}
