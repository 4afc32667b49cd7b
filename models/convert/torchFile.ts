import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { OpenFile } from './openFile.js'
import { readPickle } from './pickle.js'
import type { PickledTensor } from './pickleValues.js'
import type { StoredTensor } from './storedTensor.js'
import { readZip, type ZipEntry } from './zip.js'

const ITEM_BYTES: Record<string, number> = {
  F64: 8,
  I64: 8,
  F32: 4,
  I32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
}
const LONGEST_PICKLE = 256 * 1024 * 1024

/**
 * Opens the tensors of a torch.save file: a zip with `data.pkl`, which lists the tensors, and a raw file per storage.
 * @throws RerankError legacy-pickle, bad-zip, unsafe-pickle, truncated-file, bad-offsets
 */
export function readTorchFile(file: OpenFile): StoredTensor[] {
  if (file.bytes < 4) throw modelError('truncated-file', `${file.name} has ${file.bytes} bytes`)
  const [first, second] = file.read(0, 2)
  if (first !== 0x50 || second !== 0x4b) {
    const pickle = first === 0x80
    throw toolError(
      pickle ? 'legacy-pickle' : 'bad-zip',
      `${file.name} is ${pickle ? 'a bare pickle, as torch wrote before version 1.6' : 'no archive that torch.save wrote'}`,
    )
  }
  const entries = readZip(file)
  const pickleName = [...entries.keys()].find(name => name === 'data.pkl' || name.endsWith('/data.pkl'))
  if (pickleName === undefined) throw toolError('bad-zip', `${file.name} holds no data.pkl`)
  const root = pickleName.slice(0, -'data.pkl'.length)
  const order = entries.get(`${root}byteorder`)
  if (order && new TextDecoder().decode(file.read(order.begin, Math.min(order.bytes, 16))) !== 'little') {
    throw toolError('unsupported-dtype', `${file.name} was written in big-endian byte order`)
  }
  const pickle = entries.get(pickleName)!
  if (pickle.bytes > LONGEST_PICKLE) throw toolError('bad-zip', `${pickleName} claims ${pickle.bytes} bytes`)
  const tensors = readPickle(file.read(pickle.begin, pickle.bytes))
  return [...tensors].map(([name, tensor]) =>
    locate(name, tensor, entries.get(`${root}data/${tensor.storage.key}`), file),
  )
}

function locate(name: string, tensor: PickledTensor, entry: ZipEntry | undefined, file: OpenFile): StoredTensor {
  const { storage, shape, strides, offset } = tensor
  if (!entry) throw toolError('bad-zip', `${file.name} lacks the storage ${storage.key} of ${name}`)
  const itemBytes = ITEM_BYTES[storage.dtype]!
  const count = shape.reduce((product, size) => product * size, 1)
  const last = count === 0 ? offset : offset + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 1)
  // A view whose elements repeat (stride 0) can have any size. No weight of a model is one.
  if (last > storage.count || storage.count * itemBytes > entry.bytes || count > storage.count) {
    throw modelError('bad-offsets', `${name} [${shape}] lies outside of its storage of ${entry.bytes} bytes`)
  }
  const located = { name, dtype: storage.dtype, shape, file, begin: entry.begin + offset * itemBytes }
  return isContiguous(shape, strides) ? located : { ...located, strides }
}

function isContiguous(shape: number[], strides: number[]): boolean {
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false
    step *= shape[axis]!
  }
  return true
}
