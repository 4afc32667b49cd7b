import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ProtobufWriter } from '../../src/graph/protobuf.js'
import { temporaryFolder } from '../../test/convertedModels.js'
import { oracleFolder } from '../oracles/read.js'
import { openCheckpoint } from './checkpoint.js'

const { path: root, clean } = temporaryFolder()
afterAll(clean)
let made = 0

/** A folder with PyTorch's export of the oracle in place of its weights. */
function exported({ config = false } = {}): string {
  const folder = join(root, `export-${made++}`)
  mkdirSync(folder)
  const from = oracleFolder('cross-encoder')
  for (const file of ['onnx', 'tokenizer.json', 'tokenizer_config.json', ...(config ? ['config.json'] : [])]) {
    cpSync(join(from, file), join(folder, file), { recursive: true })
  }
  return folder
}

test.each([true, false])('weights of an export are those of its checkpoint (config.json: %s)', config => {
  const original = openCheckpoint(oracleFolder('cross-encoder'))
  const { architecture, rows, close } = openCheckpoint(exported({ config }))
  expect(architecture).toEqual(original.architecture)
  for (const { name, shape } of original.specs) {
    expect(rows(name, 0, shape[0]!), name).toEqual(original.rows(name, 0, shape[0]!))
    // Parts of transposed matrices, too.
    expect(rows(name, shape[0]! - 1, shape[0]!), name).toEqual(original.rows(name, shape[0]! - 1, shape[0]!))
  }
  close()
  original.close()
})

interface Made {
  nodes: { op: string; name?: string; inputs: string[]; output: string }[]
  tensors: { name: string; shape: number[]; location?: string }[]
}

function onnx({ nodes, tensors }: Made): Uint8Array {
  const graph = new ProtobufWriter()
  for (const { op, name = '', inputs, output } of nodes) {
    const node = new ProtobufWriter()
    for (const input of inputs) node.text(1, input)
    graph.message(1, node.text(2, output).text(3, name).text(4, op))
  }
  for (const { name, shape, location } of tensors) {
    const tensor = new ProtobufWriter()
    for (const size of shape) tensor.integer(1, size)
    tensor.integer(2, 1).text(8, name)
    if (location === undefined) tensor.data(9, new Uint8Array(4 * shape.reduce((product, size) => product * size, 1)))
    else tensor.message(13, new ProtobufWriter().text(1, 'location').text(2, location)).integer(14, 1)
    graph.message(5, tensor)
  }
  return new ProtobufWriter().message(7, graph).finish()
}

describe('refuses', () => {
  const refused = (content: Made | Uint8Array, code: string, message: RegExp) => {
    const folder = join(root, `made-${made++}`)
    mkdirSync(folder)
    cpSync(join(oracleFolder('cross-encoder'), 'config.json'), join(folder, 'config.json'))
    writeFileSync(join(folder, 'model.onnx'), content instanceof Uint8Array ? content : onnx(content))
    expect(() => openCheckpoint(folder)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  }
  const weight = { name: 'onnx::MatMul_1', shape: [2, 3] }

  test('a quantized export', () => {
    refused(
      { nodes: [{ op: 'MatMulInteger', inputs: ['x', 'w'], output: 'y' }], tensors: [] },
      'unknown-architecture',
      /quantized.*MatMulInteger/,
    )
  })

  test('a weight without a name, one of two names, and two of one', () => {
    refused(
      { nodes: [{ op: 'MatMul', inputs: ['x', weight.name], output: 'y' }], tensors: [weight] },
      'unknown-architecture',
      /has no name/,
    )
    const bias = { name: 'encoder.a.bias', shape: [3] }
    refused(
      {
        nodes: [
          { op: 'MatMul', name: '/encoder/b/MatMul', inputs: ['x', weight.name], output: 'y' },
          { op: 'Add', inputs: [bias.name, 'y'], output: 'z' },
        ],
        tensors: [weight, bias],
      },
      'unknown-architecture',
      /encoder\.b\.weight by its node and encoder\.a\.weight by its bias/,
    )
    const other = { name: 'onnx::MatMul_2', shape: [2, 3] }
    refused(
      {
        nodes: [
          { op: 'MatMul', name: '/encoder/b/MatMul', inputs: ['x', weight.name], output: 'y' },
          { op: 'MatMul', name: '/encoder/b/MatMul', inputs: ['x', other.name], output: 'z' },
        ],
        tensors: [weight, other],
      },
      'unknown-architecture',
      /Two weights/,
    )
  })

  test.each(['../data.bin', '/etc/hostname', 'a/../../b', 'c\\d', ''])('external data at "%s"', location => {
    refused(
      { nodes: [{ op: 'Identity', inputs: ['x'], output: 'y' }], tensors: [{ ...weight, location }] },
      'missing-file',
      /outside/,
    )
  })

  test('external data that is not there, and a file that is cut off', () => {
    refused(
      { nodes: [{ op: 'Identity', inputs: ['x'], output: 'y' }], tensors: [{ ...weight, location: 'data.bin' }] },
      'missing-file',
      /missing/,
    )
    const whole = readFileSync(join(oracleFolder('cross-encoder'), 'onnx/model.onnx'))
    refused(whole.subarray(0, whole.length - 1000), 'bad-header', /damaged protocol buffer/)
  })

  test('what lacks weights soon, even with a tensor of hundreds of thousands of fields', () => {
    const tensor = new ProtobufWriter().text(8, 'ids')
    for (let i = 0; i < 300_000; i++) tensor.integer(7, i & 63)
    const node = new ProtobufWriter().text(1, 'x').text(2, 'y').text(4, 'Identity')
    const graph = new ProtobufWriter().message(1, node).message(5, tensor)
    refused(new ProtobufWriter().message(7, graph).finish(), 'missing-tensor', /embeddings/)
  })
})
