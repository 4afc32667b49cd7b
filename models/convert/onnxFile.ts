import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { CheckpointFolder } from './checkpointFolder.js'
import type { OpenFile } from './openFile.js'
import { type Field, ProtobufReader } from './protobufReader.js'
import type { StoredTensor } from './storedTensor.js'

export interface OnnxNode {
  op: string
  name: string
  inputs: string[]
  outputs: string[]
  attributes: Map<string, number>
}

/** An ONNX file: its weights where they lie, and its nodes. */
export interface OnnxFile {
  tensors: Map<string, StoredTensor>
  nodes: OnnxNode[]
  /** Small tensors of `Constant` nodes, by the output's name. */
  constants: Map<string, StoredTensor>
  close(): void
}

const DTYPES: Record<number, string> = {
  1: 'F32',
  7: 'I64',
  6: 'I32',
  10: 'F16',
  16: 'BF16',
  11: 'F64',
  3: 'I8',
  2: 'U8',
}
const ITEM_BYTES: Record<string, number> = { F32: 4, I64: 8, I32: 4, F16: 2, BF16: 2, F64: 8, I8: 1, U8: 1 }

/**
 * Opens an ONNX file. External data must lie beside it, in the checkpoint.
 * @throws RerankError bad-header, bad-offsets, missing-file
 */
export function openOnnx(folder: CheckpointFolder, path: string): OnnxFile {
  const open = new Map<string, OpenFile>()
  const opened = (path: string) => {
    const file = open.get(path) ?? folder.open(path)
    open.set(path, file)
    return file
  }
  const close = () => {
    for (const file of open.values()) file.close()
  }
  try {
    return { ...new OnnxReader(folder, path, opened).read(), close }
  } catch (error) {
    close()
    throw error
  }
}

class OnnxReader {
  readonly #folder: CheckpointFolder
  readonly #path: string
  readonly #opened: (path: string) => OpenFile
  readonly #file: OpenFile
  readonly #reader: ProtobufReader
  readonly #tensors = new Map<string, StoredTensor>()
  readonly #constants = new Map<string, StoredTensor>()
  readonly #nodes: OnnxNode[] = []

  constructor(folder: CheckpointFolder, path: string, opened: (path: string) => OpenFile) {
    this.#folder = folder
    this.#path = path
    this.#opened = opened
    this.#file = opened(path)
    this.#reader = new ProtobufReader(this.#file, path)
  }

  read(): Omit<OnnxFile, 'close'> {
    for (const field of this.#reader.fields(0, this.#file.bytes)) {
      if (field.number !== 7) continue
      for (const part of this.#within(field)) {
        if (part.number === 1) this.#nodes.push(this.#node(part))
        else if (part.number === 5) {
          const tensor = this.#tensor(part)
          this.#tensors.set(tensor.name, tensor)
        }
      }
    }
    if (this.#nodes.length === 0) throw modelError('bad-header', `${this.#path} holds no graph`)
    return { tensors: this.#tensors, nodes: this.#nodes, constants: this.#constants }
  }

  #node(field: Field): OnnxNode {
    const node: OnnxNode = { op: '', name: '', inputs: [], outputs: [], attributes: new Map() }
    const values: StoredTensor[] = []
    for (const part of this.#within(field)) {
      if (part.number === 1) node.inputs.push(this.#reader.text(part))
      else if (part.number === 2) node.outputs.push(this.#reader.text(part))
      else if (part.number === 3) node.name = this.#reader.text(part)
      else if (part.number === 4) node.op = this.#reader.text(part)
      else if (part.number === 5) {
        let name = ''
        for (const each of this.#within(part)) {
          if (each.number === 1) name = this.#reader.text(each)
          else if (each.number === 2) node.attributes.set(name, this.#float(each))
          else if (each.number === 3) node.attributes.set(name, each.value)
          else if (each.number === 5) values.push(this.#tensor(each))
        }
      }
    }
    if (node.op === 'Constant' && values[0] && node.outputs[0]) this.#constants.set(node.outputs[0], values[0])
    return node
  }

  #float({ begin, bytes }: Field): number {
    const raw = this.#reader.bytes(begin, bytes)
    return bytes === 4 ? new DataView(raw.buffer, raw.byteOffset, 4).getFloat32(0, true) : Number.NaN
  }

  #tensor(field: Field): StoredTensor {
    const fields = this.#byNumber(field)
    const text = (number: number) => (fields.has(number) ? this.#reader.text(fields.get(number)![0]!) : '')
    const name = text(8)
    const shape = this.#reader.numbers(fields.get(1) ?? [])
    const type = fields.get(2)?.[0]?.value ?? 0
    const dtype = DTYPES[type] ?? `ONNX type ${type}`
    const count = shape.reduce((product, size) => product * size, 1)
    const bytes = count * (ITEM_BYTES[dtype] ?? 0)
    if (fields.get(14)?.[0]?.value === 1) return { name, dtype, shape, ...this.#external(fields.get(13) ?? [], bytes) }
    const raw = fields.get(9)?.[0] ?? fields.get(4)?.[0]
    if (raw && raw.bytes < bytes) {
      throw modelError('bad-offsets', `${describeValue(name)} [${shape}] has ${raw.bytes} bytes in ${this.#path}`)
    }
    return { name, dtype: raw ? dtype : `${dtype} in another form`, shape, file: this.#file, begin: raw?.begin ?? 0 }
  }

  /** A tensor in a file beside this one. */
  #external(entries: readonly Field[], bytes: number): Pick<StoredTensor, 'file' | 'begin'> {
    const found = new Map<string, string>()
    for (const entry of entries) {
      const fields = this.#byNumber(entry)
      const text = (number: number) => (fields.has(number) ? this.#reader.text(fields.get(number)![0]!) : '')
      found.set(text(1), text(2))
    }
    const location = found.get('location') ?? ''
    const parts = location.split('/')
    if (
      location === '' ||
      location.includes('\\') ||
      parts.some(part => part === '' || part === '.' || part === '..')
    ) {
      throw toolError(
        'missing-file',
        `${this.#path} names external data at ${describeValue(location)}, outside of it`,
        {
          remedy: 'Put the file with the data beside the .onnx file.',
        },
      )
    }
    const beside = this.#path.slice(0, this.#path.lastIndexOf('/') + 1) + location
    if (!this.#folder.has(beside)) throw toolError('missing-file', `${this.#path} names ${location}, which is missing`)
    const file = this.#opened(beside)
    const begin = Number(found.get('offset') ?? 0)
    if (!Number.isSafeInteger(begin) || begin < 0 || begin + bytes > file.bytes) {
      throw modelError('bad-offsets', `${this.#path} names data beyond the end of ${location}`)
    }
    return { file, begin }
  }

  #byNumber(field: Field): Map<number, Field[]> {
    const fields = new Map<number, Field[]>()
    for (const part of this.#within(field)) {
      const alike = fields.get(part.number)
      if (alike) alike.push(part)
      else fields.set(part.number, [part])
    }
    return fields
  }

  #within = ({ begin, bytes }: Field) => this.#reader.fields(begin, begin + bytes)
}
