import { toolError } from '../../src/api/toolErrors.js'
import type { ByteSource } from '../../src/model/safetensors.js'
import { float16ToFloat32 } from '../../src/util/float16.js'

/** A tensor as a checkpoint's file stores it. */
export interface StoredTensor {
  /** The checkpoint's name for it. */
  name: string
  dtype: string
  shape: number[]
  /** The step of each axis in elements. Absent if the elements are in order. */
  strides?: number[]
  /** The file, and the offset of the first element in it, in bytes. */
  file: ByteSource
  begin: number
}

/** A checkpoint's weights by the checkpoint's own names. */
export interface TensorFiles {
  tensors: Map<string, StoredTensor>
  close(): void
}

const ITEM_BYTES: Record<string, number> = { F32: 4, F16: 2, BF16: 2 }

/** Reads rows `from` to `to` of the first axis in single precision. @throws RerankError unsupported-dtype */
export function readRows(tensor: StoredTensor, from: number, to: number): Float32Array {
  const { shape, strides, begin, file, dtype } = tensor
  const rowSize = shape.slice(1).reduce((product, size) => product * size, 1)
  if (!strides) return readFloats(tensor, begin + from * rowSize * itemBytes(tensor), (to - from) * rowSize)
  if (shape.length > 2) {
    throw toolError('wrong-shape', `${tensor.name} is a view of ${shape.length} axes`, {
      remedy: 'Save the model as safetensors: that makes its tensors contiguous.',
    })
  }
  // A transposed view: read the whole span of these rows and pick them out of it.
  const [rowStep, step = 0] = strides as [number, number?]
  const span = (to - from - 1) * rowStep + (rowSize - 1) * step + 1
  const all = readFloats({ name: tensor.name, dtype, file }, begin + from * rowStep * itemBytes(tensor), span)
  const rows = new Float32Array((to - from) * rowSize)
  for (let row = 0; row < to - from; row++) {
    for (let column = 0; column < rowSize; column++) rows[row * rowSize + column] = all[row * rowStep + column * step]!
  }
  return rows
}

function itemBytes({ name, dtype }: Pick<StoredTensor, 'name' | 'dtype'>): number {
  const bytes = ITEM_BYTES[dtype]
  if (!bytes) throw toolError('unsupported-dtype', `${name} is ${dtype}`)
  return bytes
}

function readFloats(
  tensor: Pick<StoredTensor, 'name' | 'dtype' | 'file'>,
  offset: number,
  count: number,
): Float32Array {
  const raw = tensor.file.read(offset, count * itemBytes(tensor))
  if (tensor.dtype === 'F32') return new Float32Array(raw.buffer, raw.byteOffset, count)
  const halves = new Uint16Array(raw.buffer, raw.byteOffset, count)
  if (tensor.dtype === 'F16') return float16ToFloat32(halves)
  const floats = new Float32Array(count)
  const bits = new Uint32Array(floats.buffer)
  // bfloat16 is the upper half of a single precision number.
  for (let i = 0; i < count; i++) bits[i] = halves[i]! << 16
  return floats
}
