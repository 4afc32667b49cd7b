import { toolError } from '../../src/api/toolErrors.js'
import { Config } from './config.js'
import type { OnnxFile } from './onnxFile.js'
import { readRows, type StoredTensor } from './storedTensor.js'

const REMEDY = { remedy: 'Put the config.json of the original model beside the .onnx file.' }
const WORDS = 'embeddings.word_embeddings.weight'
const SMALLEST_EPSILON = 1e-13
const LARGEST_EPSILON = 1e-3

/**
 * The config.json of an export that comes without one, if it is a plain BERT: the weights' shapes tell its sizes, the
 * graph its heads and its epsilon.
 * @throws RerankError unknown-architecture, which names what cannot be told
 */
export function configFromOnnx(file: OnnxFile, path: string): Config {
  const { tensors, nodes } = file
  const prefix = tensors.has(`bert.${WORDS}`) ? 'bert.' : ''
  const shapeOf = (name: string) => {
    const shape = tensors.get(prefix + name)?.shape
    if (!shape) throw unknown(`${path} comes without config.json and is no BERT: it has no ${prefix}${name}`)
    return shape
  }
  const [vocabulary, width] = shapeOf(WORDS) as [number, number]
  const [positions] = shapeOf('embeddings.position_embeddings.weight')
  const [types] = shapeOf('embeddings.token_type_embeddings.weight')
  const [ffWidth] = shapeOf('encoder.layer.0.intermediate.dense.bias')
  const layers = [...tensors.keys()].filter(name => /\.layer\.\d+\.intermediate\.dense\.bias$/.test(name)).length
  // RoBERTa has the same names. It counts positions, and has no types.
  if (types !== 2 || nodes.some(({ op }) => op === 'CumSum')) {
    throw unknown(`${path} comes without config.json, and may be a RoBERTa or an XLM-R`)
  }
  if (!nodes.some(({ op }) => op === 'Erf' || op === 'Gelu')) throw unknown(`The activation of ${path} is no GELU`)
  const classes = tensors.has('classifier.weight') ? 'BertForSequenceClassification' : 'BertModel'
  return Config.parse(
    JSON.stringify({
      model_type: 'bert',
      architectures: [classes],
      vocab_size: vocabulary,
      hidden_size: width,
      num_hidden_layers: layers,
      num_attention_heads: headsOf(file, width, path),
      intermediate_size: ffWidth,
      max_position_embeddings: positions,
      type_vocab_size: types,
      // Of single precision, such as 9.99999996e-13.
      layer_norm_eps: Number(epsilonOf(file, path).toPrecision(6)),
    }),
  )
}

/** Attention reshapes to [batch, length, heads, width of a head]. */
function headsOf({ nodes, tensors, constants }: OnnxFile, width: number, path: string): number {
  const producers = new Map(nodes.map(node => [node.outputs[0], node]))
  const integers = (name: string | undefined): number[] => {
    const tensor = name === undefined ? undefined : (constants.get(name) ?? tensors.get(name))
    return tensor?.dtype === 'I64' && sizeOf(tensor) <= 8 ? readIntegers(tensor) : []
  }
  const found = new Set<number>()
  for (const { op, inputs } of nodes) {
    if (op !== 'Reshape') continue
    const producer = producers.get(inputs[1] ?? '')
    const last = producer?.op === 'Concat' ? producer.inputs.slice(-2).flatMap(integers) : integers(inputs[1]).slice(-2)
    if (last.length === 2 && last[0]! * last[1]! === width) found.add(last[0]!)
  }
  const [heads, ...others] = found
  if (heads === undefined || others.length > 0) {
    throw unknown(`${path} comes without config.json, and its graph does not tell the number of attention heads`)
  }
  return heads
}

/** What LayerNorm adds to the variance. */
function epsilonOf({ nodes, tensors, constants }: OnnxFile, path: string): number {
  const producers = new Map(nodes.map(node => [node.outputs[0], node]))
  const found = new Set<number>()
  for (const { op, inputs, attributes } of nodes) {
    if (op === 'LayerNormalization') found.add(attributes.get('epsilon') ?? 1e-5)
    const sum = op === 'Sqrt' ? producers.get(inputs[0]) : undefined
    for (const input of sum?.op === 'Add' ? sum.inputs : []) {
      const tensor = constants.get(input) ?? tensors.get(input)
      if (tensor && sizeOf(tensor) === 1) found.add(readRows({ ...tensor, shape: [1] }, 0, 1)[0]!)
    }
  }
  const [epsilon = 0, ...others] = found
  if (others.length > 0 || !(epsilon >= SMALLEST_EPSILON && epsilon <= LARGEST_EPSILON)) {
    throw unknown(`${path} comes without config.json, and its graph does not tell the epsilon of its norms`)
  }
  return epsilon
}

const sizeOf = ({ shape }: StoredTensor) => shape.reduce((product, size) => product * size, 1)

function readIntegers({ file, begin, ...tensor }: StoredTensor): number[] {
  const raw = file.read(begin, 8 * sizeOf({ file, begin, ...tensor }))
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true)))
}

const unknown = (message: string) => toolError('unknown-architecture', message, REMEDY)
