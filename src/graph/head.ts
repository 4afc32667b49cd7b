import type { Dialect } from '../model/dialect.js'
import type { Architecture, CrossEncoderArchitecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { buildAnchor } from './anchor.js'
import type { OnnxGraph } from './onnx.js'
import { buildPointwiseHead } from './pointwiseHead.js'

/**
 * Builds the head, which turns the encoder's vectors into scores: an MVP model's anchor decoder, or a cross-encoder's
 * pooler and classifier.
 * @param architecture not an embedder's, which has no head
 * @param range of layers, see `buildAnchor`; a pointwise head ignores it
 */
export function buildHead(
  source: TensorSource,
  architecture: Architecture,
  views: number,
  dialect: Dialect,
  range?: { from: number; to: number },
): OnnxGraph {
  return architecture.anchor
    ? buildAnchor(source, architecture, views, dialect, range)
    : buildPointwiseHead(source, architecture as CrossEncoderArchitecture, dialect)
}
