import { RerankError } from '../api/errors.js'
import { modelError } from '../api/modelErrors.js'
import { float16ToFloat32 } from '../util/float16.js'
import type { Manifest } from './manifest.js'
import { type HeaderEntry, headerLength, LENGTH_BYTES, parseHeader } from './safetensorsHeader.js'
import { layout, storedAs } from './tensorLayout.js'
import type { TensorSource, Weight } from './tensors.js'

/** The bytes of a file, in memory or on disk. */
export interface ByteSource {
  /** The file's size. */
  bytes: number
  /** The bytes from `offset` on, possibly a view of shared memory. Do not write to it. */
  read(offset: number, length: number): Uint8Array
}

/**
 * Opens the weights of a converted model (models/README.md) in memory: one array, or the chunks of a download in order.
 * Aligned tensors are views of these bytes, so keep the bytes and do not change them.
 * @param model the model whose tensors these must be, in name and shape
 * @throws RerankError bad-weights
 */
export function openWeights(bytes: Uint8Array | Uint8Array[], model?: WeightsOwner): TensorSource {
  return openWeightsFrom(Array.isArray(bytes) ? joined(bytes) : joined([bytes]), model)
}

export type WeightsOwner = Pick<Manifest, 'architecture' | 'views' | 'dtype' | 'wide'>

/** Opens them from any source of bytes, such as an open file in Node. */
export function openWeightsFrom(source: ByteSource, model?: WeightsOwner): TensorSource {
  const entries = readHeader(source)
  if (model) checkLayout(entries, model)
  return {
    has: name => entries.has(name),
    get: name => {
      const entry = entries.get(name)
      if (!entry) throw modelError('missing-tensor', `The weights have no ${name}`, { remedy: CONVERT_AGAIN })
      return weight(source, entries, name, entry)
    },
  }
}

const CONVERT_AGAIN = 'Convert the checkpoint again with this version of `mvp-rerank convert`.'

function readHeader(source: ByteSource): Map<string, HeaderEntry> {
  try {
    const length = headerLength(source.read(0, Math.min(LENGTH_BYTES, source.bytes)), source.bytes)
    return parseHeader(source.read(LENGTH_BYTES, length), source.bytes)
  } catch (cause) {
    if (!(cause instanceof RerankError)) throw cause
    throw modelError('bad-weights', `The weights file is damaged: ${cause.message}`, { cause })
  }
}

function checkLayout(entries: Map<string, HeaderEntry>, { architecture, views, ...storage }: WeightsOwner): void {
  const startRows = entries.get('anchor.start')?.shape[0] === views ? views : 1
  for (const spec of layout(architecture, startRows)) {
    const { name, shape } = spec
    const wanted = storedAs(spec, storage)
    const stored = wanted === 'q4' ? [shape[0]!, shape[1]! / 2] : shape
    const kind = wanted === 'fp32' ? 'F32' : 'U8'
    const entry = entries.get(name)
    if (entry?.dtype === kind && isShape(entry, stored)) continue
    const found = entry ? `${entry.dtype} [${entry.shape}]` : 'missing'
    throw modelError('bad-weights', `${name} is ${found}, the manifest asks for ${kind} [${stored}]`)
  }
}

function weight(source: ByteSource, entries: Map<string, HeaderEntry>, name: string, entry: HeaderEntry): Weight {
  const { dtype, shape } = entry
  if (dtype === 'F32') return { kind: 'fp32', shape, data: floats(source, entry) }
  if (dtype !== 'U8' || shape.length !== 2) throw unreadable(name, entry)
  const [rows, stored] = shape as [number, number]
  const scales = entries.get(name.replace(/weight$/, 'scales'))
  const data = bytes(source, entry)
  if (scales?.dtype === 'F32' && isShape(scales, [rows])) {
    return { kind: 'q8', shape, data, scales: floats(source, scales) }
  }
  const columns = stored * 2
  if (scales?.dtype === 'F16' && isShape(scales, [rows, columns / 32])) {
    return { kind: 'q4', shape: [rows, columns], data, scales: float16ToFloat32(halves(source, scales)) }
  }
  throw unreadable(name, entry)
}

const unreadable = (name: string, { dtype, shape }: HeaderEntry) =>
  modelError('bad-weights', `${name} is ${dtype} [${shape}] without scales to match`)

const isShape = (entry: HeaderEntry, shape: number[]) =>
  entry.shape.length === shape.length && entry.shape.every((size, axis) => size === shape[axis])

const bytes = (source: ByteSource, { begin, end }: HeaderEntry) => source.read(begin, end - begin)

function floats(source: ByteSource, entry: HeaderEntry): Float32Array {
  const raw = aligned(bytes(source, entry), 4)
  return new Float32Array(raw.buffer, raw.byteOffset, raw.byteLength / 4)
}

function halves(source: ByteSource, entry: HeaderEntry): Uint16Array {
  const raw = aligned(bytes(source, entry), 2)
  return new Uint16Array(raw.buffer, raw.byteOffset, raw.byteLength / 2)
}

const aligned = (raw: Uint8Array, size: number) => (raw.byteOffset % size === 0 ? raw : raw.slice())

/** Reads chunks as one file. A range within one chunk is a view of it; a range across chunks is copied. */
function joined(chunks: Uint8Array[]): ByteSource {
  const starts: number[] = []
  let bytes = 0
  for (const chunk of chunks) {
    starts.push(bytes)
    bytes += chunk.length
  }
  return {
    bytes,
    read(offset, length) {
      let index = starts.findLastIndex(start => start <= offset)
      const first = chunks[index]
      const place = offset - (starts[index] ?? 0)
      if (first && place + length <= first.length) return first.subarray(place, place + length)
      const copy = new Uint8Array(length)
      for (let done = 0; done < length; index++) {
        const chunk = chunks[index]
        if (!chunk) throw modelError('bad-weights', `The weights end at byte ${bytes}`)
        const from = offset + done - starts[index]!
        const part = chunk.subarray(from, from + length - done)
        copy.set(part, done)
        done += part.length
      }
      return copy
    },
  }
}
