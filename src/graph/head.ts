import type { Dialect } from '../model/dialect.js'
import type { Architecture } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { buildAnchor } from './anchor.js'
import type { OnnxGraph } from './onnx.js'
import { buildPointwiseHead } from './pointwiseHead.js'

/**
 * What makes scores of the encoder's vectors: the anchor decoder of an MVP model, pooler and classifier of a
 * cross-encoder.
 * @param range of layers, see buildAnchor; a pointwise head is one
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
    : buildPointwiseHead(source, architecture, dialect)
}
