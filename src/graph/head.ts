import type { Dialect } from '../model/dialect.js'
import type { Architecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { buildAnchor } from './anchor.js'
import type { OnnxGraph } from './onnx.js'
import { buildPointwiseHead } from './pointwiseHead.js'

/**
 * Builds the head, which turns the encoder's vectors into scores: an MVP model's anchor decoder, or a cross-encoder's
 * pooler and classifier.
 * @param range of layers, see `buildAnchor`; a pointwise head ignores it
 */
export function buildHead(
  source: TensorSource,
  architecture: Architecture,
  views: number,
  dialect: Dialect,
  range?: { from: number; to: number },
): OnnxGraph {
  if (architecture.embedder) throw new RangeError('an embedder has no head')
  return architecture.anchor
    ? buildAnchor(source, architecture, views, dialect, range)
    : buildPointwiseHead(source, architecture, dialect)
}
