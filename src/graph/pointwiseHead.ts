import type { Dialect } from '../model/dialect.js'
import type {
  AnsweringT5Architecture,
  CrossEncoderArchitecture,
  ModernCrossEncoderArchitecture,
} from '../model/manifest.js'
import type { TensorSource } from '../model/tensors.js'
import { Layers } from './layers.js'
import { GraphBuilder, type OnnxGraph } from './onnx.js'

/**
 * Builds the head of a cross-encoder (BertForSequenceClassification and its like, with one label): from the hidden
 * state of [CLS] to the logit, classifier · tanh(pooler · x), or relu in place of tanh; ModernBERT's is
 * classifier · norm(gelu(pooler · x)); that of a T5 which answers with a word is classifier · x.
 * It has the inputs and outputs of an MVP model's anchor decoder: `vectors` float32 [n, 1, d] to `scores` [n] and
 * `view_scores` [1, n].
 *
 * It uses single precision in every dialect: it is a thousandth of the work, and every score depends on it.
 */
export function buildPointwiseHead(
  source: TensorSource,
  architecture: CrossEncoderArchitecture | ModernCrossEncoderArchitecture | AnsweringT5Architecture,
  { device }: Dialect,
): OnnxGraph {
  const { width, epsilon } = architecture
  const graph = new GraphBuilder('pointwise')
  const layers = new Layers(graph, source, { device, precision: 'fp32' })
  const vectors = graph.input('vectors', 'float32', ['passages', 1, width])
  const flat = () => graph.integers(-1, width)
  const isModern = architecture.family === 'modernbert'
  const biases = isModern ? undefined : ['head.pooler.bias']
  const rows = graph.node('Reshape', [vectors, flat()])
  let activated = rows
  if (!architecture.decoder) {
    const pooled = layers.linear(rows, ['head.pooler'], flat, biases)
    activated = isModern
      ? layers.layerNorm(graph.node('Gelu', [pooled]), 'head.norm', epsilon)
      : graph.node(architecture.poolerActivation ? 'Relu' : 'Tanh', [pooled])
  }
  const logits = layers.linear(activated, ['head.classifier'], () => graph.integers(-1, 1), ['head.classifier.bias'])
  graph.output('view_scores', 'float32', [1, 'passages'])
  graph.node('Reshape', [logits, graph.integers(1, -1)], {}, 'view_scores')
  graph.output('scores', 'float32', ['passages'])
  graph.node('Reshape', [logits, graph.integers(-1)], {}, 'scores')
  return graph.finish()
}
