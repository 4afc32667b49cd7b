import { RerankError } from '../api/errors.js'
import { concatBytes } from '../util/concat.js'
import { ProtobufWriter } from './protobuf.js'

/** A graph for onnxruntime: `InferenceSession.create(graph.model, { externalData: graph.externalData })`. */
export interface OnnxGraph {
  /** The ONNX file. It names its larger tensors as external data. */
  model: Uint8Array
  /**
   * One entry per tensor, not one file: weights that a device takes in their stored form are views of the source, not
   * copies.
   */
  externalData: readonly ExternalTensor[]
  /** The parts of the GraphProto that are not external tensors. */
  body: Uint8Array
}

export interface ExternalTensor {
  path: string
  data: Uint8Array
  type: TensorType
  shape: readonly number[]
}

export type TensorType = keyof typeof tensorTypes
const tensorTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const

/** A float attribute. Plain numbers are int attributes. */
export interface FloatAttribute {
  float: number
}
export type Attributes = Record<string, number | readonly number[] | FloatAttribute>

/** A symbolic dimension is a string. */
export type Shape = readonly (number | string)[]

const INLINE_BYTES = 1024
const PROTOBUF_LIMIT = 2 ** 31 - 1

const microsoftOps = new Set([
  'BiasGelu',
  'FastGelu',
  'GatherBlockQuantized',
  'FusedMatMul',
  'Gelu',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'MultiHeadAttention',
  'RotaryEmbedding',
  'SkipLayerNormalization',
  'SkipSimplifiedLayerNormalization',
])

/**
 * Collects the nodes and tensors of one graph, in the order of computation. Names refer to values; '' is an absent one.
 */
export class GraphBuilder {
  readonly #graph = new ProtobufWriter()
  readonly #external: ExternalTensor[] = []
  readonly #constants = new Map<string, string>()
  #values = 0

  constructor(name: string) {
    this.#graph.text(2, name)
  }

  input(name: string, type: TensorType, shape: Shape): string {
    this.#graph.message(11, valueInfo(name, type, shape))
    return name
  }

  /** Declares an output of the graph, computed by `node` under its name. */
  output(name: string, type: TensorType, shape: Shape): void {
    this.#graph.message(12, valueInfo(name, type, shape))
  }

  /** @returns the name of the node's one output */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, output = this.name(op)): string {
    this.nodes(op, inputs, attributes, [output])
    return output
  }

  /** Adds a node with several outputs. '' stands for an unused one. */
  nodes(op: string, inputs: readonly string[], attributes: Attributes, outputs: readonly string[]): void {
    const node = new ProtobufWriter()
    for (const input of inputs) node.text(1, input)
    for (const output of outputs) node.text(2, output)
    node.text(3, `${op}:${outputs.find(output => output !== '')}`).text(4, op)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attribute(name, value))
    if (microsoftOps.has(op)) node.text(7, 'com.microsoft')
    this.#graph.message(1, node)
  }

  /** A fresh name for a value. */
  name(stem: string): string {
    return `${stem}_${this.#values++}`
  }

  /** Adds a constant tensor. ONNX is little-endian, as is every engine that runs WebAssembly. */
  tensor(name: string, type: TensorType, shape: readonly number[], values: ArrayBufferView): string {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    if (data.length < INLINE_BYTES) this.#graph.message(5, tensor(name, type, shape).data(9, data))
    else this.#external.push({ path: name, data, type, shape })
    return name
  }

  /** A small int64 constant, such as a shape or axes. Equal ones are shared. */
  integers(...values: number[]): string {
    return this.once(`int_${values.join('_')}`, name =>
      this.tensor(name, 'int64', [values.length], BigInt64Array.from(values, BigInt)),
    )
  }

  /** A float32 scalar. */
  float(value: number): string {
    return this.once(`float_${value}`, name => this.tensor(name, 'float32', [], Float32Array.of(value)))
  }

  /** The value of this name, made by `make` on first use. */
  once(key: string, make: (name: string) => string): string {
    let name = this.#constants.get(key)
    if (name === undefined) {
      name = make(key)
      this.#constants.set(key, name)
    }
    return name
  }

  finish(): OnnxGraph {
    const body = this.#graph.finish()
    const references = new ProtobufWriter()
    for (const { path, data, type, shape } of this.#external) {
      const reference = tensor(path, type, shape)
      for (const [key, value] of [
        ['location', path],
        ['offset', '0'],
        ['length', String(data.length)],
      ] as const) {
        reference.message(13, new ProtobufWriter().text(1, key).text(2, value))
      }
      references.message(5, reference.integer(14, 1))
    }
    const tensors = references.finish()
    const head = modelHead(body.length + tensors.length)
    return { model: concatBytes([head, body, tensors]), externalData: this.#external, body }
  }
}

/** One .onnx file with all tensors inside. @throws RerankError `unsupported`, see `selfContainedParts` */
export function selfContained(graph: OnnxGraph): Uint8Array {
  return concatBytes(selfContainedParts(graph))
}

/**
 * The same file as a list of its pieces in order, which copies no weights.
 * @throws RerankError `unsupported` above the 2 GiB that a protocol buffer can hold
 */
export function selfContainedParts(graph: OnnxGraph): Uint8Array[] {
  const parts = [graph.body]
  let length = graph.body.length
  for (const { path, data, type, shape } of graph.externalData) {
    // The message's head states its length: its own fields, the data field's head, and the data.
    const fields = tensor(path, type, shape).head(9, data.length).finish()
    const head = new ProtobufWriter().head(5, fields.length + data.length).finish()
    parts.push(head, fields, data)
    length += head.length + fields.length + data.length
  }
  const head = modelHead(length)
  if (head.length + length > PROTOBUF_LIMIT) {
    throw new RerankError('unsupported', `The graph takes ${length} bytes; an .onnx file holds at most 2 GiB.`, {
      remedy: 'Convert with dtype q8 or q4, or without --onnx.',
    })
  }
  return [head, ...parts]
}

function modelHead(graphLength: number): Uint8Array {
  const opset = (domain: string, version: number) => new ProtobufWriter().text(1, domain).integer(2, version)
  return new ProtobufWriter()
    .integer(1, 8)
    .text(2, 'mvp-rerank')
    .message(8, opset('', 17))
    .message(8, opset('com.microsoft', 1))
    .head(7, graphLength)
    .finish()
}

function tensor(name: string, type: TensorType, shape: readonly number[]): ProtobufWriter {
  const proto = new ProtobufWriter()
  for (const size of shape) proto.integer(1, size)
  return proto.integer(2, tensorTypes[type]).text(8, name)
}

function valueInfo(name: string, type: TensorType, shape: Shape): ProtobufWriter {
  const dimensions = new ProtobufWriter()
  for (const size of shape) {
    const dimension = new ProtobufWriter()
    dimensions.message(1, typeof size === 'number' ? dimension.integer(1, size) : dimension.text(2, size))
  }
  const tensorType = new ProtobufWriter().integer(1, tensorTypes[type]).message(2, dimensions)
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensorType))
}

function attribute(name: string, value: Attributes[string]): ProtobufWriter {
  const proto = new ProtobufWriter().text(1, name)
  if (typeof value === 'number') return proto.integer(3, value).integer(20, 2)
  if ('float' in value) return proto.float(2, value.float).integer(20, 1)
  for (const item of value) proto.integer(8, item)
  return proto.integer(20, 7)
}
