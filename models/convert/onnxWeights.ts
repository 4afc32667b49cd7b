import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { CheckpointFolder } from './checkpointFolder.js'
import { type OnnxFile, type OnnxNode, openOnnx } from './onnxFile.js'
import type { StoredTensor } from './storedTensor.js'

/** Operators that only quantized exports have. */
const QUANTIZED =
  /^(QLinear|MatMulInteger|DynamicQuantize|ConvInteger|DequantizeLinear|QuantizeLinear|MatMulNBits|GatherBlockQ|QAttention|QEmbed)/

const USUAL = ['model.onnx', 'onnx/model.onnx']

/**
 * The path of the one ONNX file that holds the weights; undefined if there is none.
 * @throws RerankError unknown-architecture if there are several
 */
export function findOnnx(folder: CheckpointFolder): string | undefined {
  const usual = USUAL.find(path => folder.has(path))
  if (usual) return usual
  const all = folder.list().filter(path => path.endsWith('.onnx'))
  if (all.length > 1) {
    throw unknown(`The checkpoint has ${all.length} ONNX files, ${all.slice(0, 4).join(', ')}`, {
      remedy: 'Leave only the one in single precision.',
    })
  }
  return all[0]
}

/**
 * Opens an ONNX export with the names and the layout of PyTorch. Exporters rename the weights of linear layers and turn
 * them around. The path of the MatMul says whose they are, or else the bias that is added after it.
 * @throws RerankError unknown-architecture for a quantized export and for weights of two names, and those of openOnnx
 */
export function openOnnxWeights(folder: CheckpointFolder, path: string): OnnxFile {
  const file = openOnnx(folder, path)
  try {
    const quantized = file.nodes.find(({ op }) => QUANTIZED.test(op))
    if (quantized) {
      throw unknown(`${path} is a quantized export: it computes with ${quantized.op}`, {
        remedy: 'Use the export in single precision: rounding its weights again would lose more.',
      })
    }
    return { ...file, tensors: unwrapped(named(file, path)) }
  } catch (error) {
    file.close()
    throw error
  }
}

function named({ tensors, nodes }: OnnxFile, path: string): Map<string, StoredTensor> {
  const result = new Map<string, StoredTensor>(tensors)
  const biases = biasesAfter(nodes, tensors)
  for (const node of nodes) {
    const weight = tensors.get(node.inputs[1] ?? '')
    if (weight?.shape.length !== 2 || !isTransposed(node)) continue
    const name = nameOf(node, weight, biases, path)
    result.delete(weight.name)
    const known = result.get(name)
    if (known?.strides && known.begin !== weight.begin) {
      throw unknown(`Two weights of ${path} may be ${name}: ${known.name} and ${weight.name}`)
    }
    const [rows, columns] = weight.shape as [number, number]
    result.set(name, { ...weight, name, shape: [columns, rows], strides: [1, columns] })
  }
  return result
}

/** Where an encoder's names begin, behind those of what wrapped it for the export. */
const ENCODER = /^(.*?)(?:(?:bert|roberta|distilbert|mpnet)\.)?embeddings\.word_embeddings\.weight$/

function unwrapped(tensors: ReadonlyMap<string, StoredTensor>): Map<string, StoredTensor> {
  const wrapper = [...tensors.keys()].map(name => ENCODER.exec(name)?.[1]).find(found => found !== undefined) ?? ''
  return new Map(
    [...tensors].map(([name, tensor]) => {
      const own = name.startsWith(wrapper) ? name.slice(wrapper.length) : name
      return [own, { ...tensor, name: own }]
    }),
  )
}

/** Whether the node multiplies by the weight as it lies, [in, out]; PyTorch's are [out, in]. */
const isTransposed = ({ op, attributes }: OnnxNode) =>
  op === 'MatMul' || (op === 'Gemm' && (attributes.get('transB') ?? 0) === 0)

/** The bias that is added to the result of a node, by the name of the result. */
function biasesAfter(nodes: readonly OnnxNode[], tensors: ReadonlyMap<string, StoredTensor>): Map<string, string> {
  const biases = new Map<string, string>()
  for (const { op, inputs } of nodes) {
    if (op !== 'Add' || inputs.length !== 2) continue
    const bias = inputs.find(input => tensors.get(input)?.shape.length === 1)
    const other = inputs.find(input => input !== bias)
    if (bias?.endsWith('.bias') && other) biases.set(other, bias)
  }
  return biases
}

function nameOf(node: OnnxNode, weight: StoredTensor, biases: ReadonlyMap<string, string>, path: string): string {
  if (weight.name.endsWith('.weight')) return weight.name
  const way = /^\/(.+)\/(?:MatMul|Gemm)$/.exec(node.name)?.[1]
  const byPath = way && `${way.replaceAll('/', '.')}.weight`
  const bias = node.op === 'Gemm' ? node.inputs[2] : biases.get(node.outputs[0] ?? '')
  const byBias = bias?.endsWith('.bias') ? `${bias.slice(0, -'.bias'.length)}.weight` : undefined
  if (byPath && byBias && !byBias.endsWith(byPath) && !byPath.endsWith(byBias)) {
    throw unknown(
      `The weight ${describeValue(weight.name)} of ${path} is ${byPath} by its node and ${byBias} by its bias`,
    )
  }
  const name = byBias ?? byPath
  if (!name) throw unknown(`The weight ${describeValue(weight.name)} of ${path} has no name, and neither has its node`)
  return name
}

const unknown = (message: string, details: { remedy?: string } = {}) =>
  toolError('unknown-architecture', message, details)
