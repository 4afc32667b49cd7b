import type { BertArchitecture, Manifest } from '../model/manifest.js'

/** Kernels take four numbers at a time. */
const LANES = 4

/**
 * Whether the kernels compute this model: quantized weights, wired like BERT, with widths that are multiples of 4. Late
 * interaction of ColBERT has tokens that none attends to, and a layer on every token, which the kernels lack.
 */
export function fitsKernels<M extends Pick<Manifest, 'architecture' | 'dtype'>>(
  manifest: M,
): manifest is M & { architecture: BertArchitecture } {
  const { family, width, headWidth, ffWidth, anchor, embedder } = manifest.architecture
  const sizes = [width, headWidth, ffWidth, ...(anchor ? [anchor.headWidth, anchor.ffWidth] : [])]
  return (
    family === 'bert' &&
    manifest.dtype !== 'fp32' &&
    embedder?.scoring !== 'late-interaction' &&
    sizes.every(size => size % LANES === 0)
  )
}
