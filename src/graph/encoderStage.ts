import { RerankError } from '../api/errors.js'
import type { Dialect } from '../model/dialect.js'
import { type Architecture, relativePositions, vectorWidth } from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { bertEmbedding, bertLayers } from './bert.js'
import { tokenVectors } from './denseLayers.js'
import type { FamilyGraph } from './familyGraph.js'
import { Layers } from './layers.js'
import { GraphBuilder, type OnnxGraph } from './onnx.js'
import type { Stage, StageInputs } from './stage.js'
import { tokenPlaces } from './tokenPlaces.js'

export { maskValue, UNATTENDED } from './maskValue.js'
export { relativeBuckets } from './relativeBuckets.js'
export type { Stage } from './stage.js'

/** The place of the view tokens in the prompt. */
export interface ViewRows {
  views: number
  firstView: number
}

/** The number of first rows that relevance vectors need: those of the views, or all if the head reads all. */
export function rowsForScores(architecture: Architecture, ofViews: number, length: number): number {
  return readsMean(architecture) || architecture.decoder ? length : ofViews
}

const readsMean = (architecture: Architecture) => 'pooled' in architecture && architecture.pooled === 'mean'

/**
 * Builds a stage of the encoder: from token ids, or the hidden states of the stage before, to hidden states and, at an
 * exit, relevance vectors.
 *
 * Inputs:
 * - `input_ids` int64 [B, S] (BERT also `token_type_ids`) if `from` is 0, else `hidden_in` float32 [B, S, d]
 * - `mask_bias` float32 [B, 1, 1, S], 0 or `maskValue`
 * - T5 and MPNet: `rel_bucket` int64 [S, S], see `relativeBuckets`
 * - `rows` int64 [1], the number of first rows of each prompt that the last layer computes: S for a further stage or
 *   for embeddings, firstView + views for relevance vectors alone
 *
 * Outputs:
 * - `hidden` float32 [B, rows, d], before any exit's norm
 * - `vectors` float32 [B, views, d] if `to` is an exit; empty if rows = S, because nobody reads it then. For a T5 that
 *   answers with a word: of all rows
 *
 * @param family the layers of another family than BERT
 * @throws RerankError `unsupported` for T5 in half precision, in which its feed-forward overflows; `missing-tensor`
 */
export function buildStage(
  source: TensorSource,
  architecture: Architecture,
  shape: ViewRows,
  dialect: Dialect,
  stage: Stage,
  family: FamilyGraph | undefined,
): OnnxGraph {
  if (architecture.family === 't5' && dialect.precision === 'fp16') {
    throw new RerankError('unsupported', 'The feed-forward layers of T5 overflow in half precision', {
      remedy: 'Use precision fp32 or int8.',
    })
  }
  const { width } = architecture
  const graph = new GraphBuilder(`encoder_${stage.from}_${stage.to}`)
  const layers = new Layers(graph, source, dialect)
  const first =
    stage.from === 0
      ? graph.input('input_ids', 'int64', ['batch', 'length'])
      : graph.input('hidden_in', 'float32', ['batch', 'length', width])
  const types =
    stage.from === 0 && architecture.family === 'bert'
      ? graph.input('token_type_ids', 'int64', ['batch', 'length'])
      : undefined
  const mask = graph.input('mask_bias', 'float32', ['batch', 1, 1, 'length'])
  const relative = relativePositions(architecture) && graph.input('rel_bucket', 'int64', ['length', 'length'])
  const rows = graph.input('rows', 'int64', [1])
  const inputs: StageInputs = {
    mask: layers.cast(mask, 'float32', layers.type),
    rows,
    places: tokenPlaces(layers, mask, rows),
    batch: () => graph.once('batch_size', name => graph.node('Shape', [first], { start: 0, end: 1 }, name)),
    whole: () => {
      const shape = graph.once('sizes', name => graph.node('Shape', [first], { start: 0, end: 2 }, name))
      return graph.once('whole', name => graph.node('Concat', [shape, graph.integers(-1)], { axis: 0 }, name))
    },
    first: () =>
      graph.once('first', name => graph.node('Concat', [inputs.batch(), rows, graph.integers(-1)], { axis: 0 }, name)),
  }

  const { places } = inputs
  /** Turns [B, S, ..] into the rows that the layers take. */
  const flat = (x: string, ...rest: number[]) =>
    places.tokensOf(layers.onGpu ? x : graph.node('Reshape', [x, graph.integers(-1, ...rest)]))
  let x: string
  if (stage.from > 0) x = flat(layers.cast(first, 'float32', layers.type), width)
  else if (architecture.family === 'bert') x = bertEmbedding(layers, architecture, first, types!, flat)
  else x = family!.embed(layers, architecture, flat(first))

  let last =
    architecture.family === 'bert'
      ? bertLayers(layers, architecture, stage, inputs, x, relative)
      : family!.layers(layers, architecture, stage, inputs, x, relative)
  const isEnd = stage.to === architecture.layers
  const comparesTokens = isEnd && architecture.embedder?.scoring === 'late-interaction'
  if (comparesTokens) last = tokenVectors(layers, architecture.embedder!, last, inputs.first)
  const hidden = layers.onGpu ? last : graph.node('Reshape', [places.firstPadded(last), inputs.first()])

  graph.output('hidden', 'float32', ['batch', 'rows', comparesTokens ? vectorWidth(architecture) : width])
  layers.cast(hidden, layers.type, 'float32', 'hidden')
  if (isEnd && readsMean(architecture)) {
    graph.output('vectors', 'float32', ['batch', 1, width])
    layers.cast(family!.mean!(layers, hidden, mask), layers.type, 'float32', 'vectors')
  } else if (architecture.exits.includes(stage.to) && !architecture.embedder) {
    const { firstView, views } = shape
    const norm = `exit.${stage.to}.norm`
    const start = graph.integers(firstView)
    const length = graph.node('Shape', [first], { start: 1, end: 2 })
    const end = graph.node('Where', [graph.node('Less', [rows, length]), graph.integers(firstView + views), start])
    const { decoder, anchor = decoder, epsilon } = architecture
    const atViews = decoder ? hidden : graph.node('Slice', [hidden, start, end, graph.integers(1)])
    const normed = () =>
      (architecture.family === 'bert' ? layers.layerNorm : layers.rmsNorm).call(layers, atViews, norm, epsilon)
    const vectors = anchor ? normed() : atViews
    graph.output('vectors', 'float32', ['batch', 'views', width])
    layers.cast(vectors, layers.type, 'float32', 'vectors')
  }
  return graph.finish()
}
