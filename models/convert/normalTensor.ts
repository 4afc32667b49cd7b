import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { readRows, type StoredTensor, type TensorFiles } from './storedTensor.js'

/** A tensor with the name and layout of the model format (models/README.md), still unquantized. */
export interface NormalTensor {
  shape: number[]
  /** Rows `from` to `to` of the first axis. */
  rows(from: number, to: number): Float32Array
}

export type NormalTensors = Map<string, NormalTensor>

/**
 * The checkpoint's tensor with one of these names, which must have this shape.
 * @throws RerankError missing-tensor, wrong-shape
 */
export function checkpointTensor(files: TensorFiles, names: string | string[], shape: number[]): NormalTensor {
  const wanted = [names].flat()
  const tensor = find(files, wanted)
  if (!tensor) throw modelError('missing-tensor', `The checkpoint has no ${wanted.join(' or ')}`)
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
    throw toolError('wrong-shape', `${tensor.name} is [${tensor.shape}], config.json asks for [${shape}]`)
  }
  return { shape, rows: (from, to) => readRows(tensor, from, to) }
}

/** A tensor that is computed from others on first use. */
export function lazyTensor(shape: number[], compute: () => Float32Array): NormalTensor {
  let data: Float32Array | undefined
  const rowSize = shape.slice(1).reduce((product, size) => product * size, 1)
  return {
    shape,
    rows(from, to) {
      data ??= compute()
      return data.slice(from * rowSize, to * rowSize)
    },
  }
}

export const allRows = (tensor: NormalTensor): Float32Array => tensor.rows(0, tensor.shape[0]!)

function find(files: TensorFiles, names: string[]): StoredTensor | undefined {
  for (const name of names) {
    const tensor = files.tensors.get(name)
    if (tensor) return tensor
  }
  return undefined
}
