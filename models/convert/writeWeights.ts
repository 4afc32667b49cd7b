import { setImmediate } from 'node:timers/promises'
import { RerankError } from '../../src/api/errors.js'
import { modelError } from '../../src/api/modelErrors.js'
import type { Dtype } from '../../src/api/models.js'
import { type ModelFile, WEIGHTS_FILE } from '../../src/model/manifest.js'
import { type Storage, storedAs, type TensorSpec } from '../../src/model/tensorLayout.js'
import type { Checkpoint } from './checkpoint.js'
import { HashedFile } from './hashedFile.js'
import { BLOCK, quantize4, quantize8 } from './quantize.js'

interface Entry {
  name: string
  dtype: 'F32' | 'F16' | 'U8'
  shape: number[]
  bytes: number
}

interface Part {
  spec: TensorSpec
  dtype: Dtype
  entries: Entry[]
}

export const ALIGNMENT = 64
/** The number of weights in memory at a time. */
const BATCH = 2 ** 20

/**
 * Writes `weights.safetensors`. It reads, quantizes and writes some rows at a time.
 * @param onProgress called with the share of the weights that are written, 0 to 1
 * @throws RerankError unsupported (q4 of a width that is no multiple of 32), bad-weights (NaN or infinity), and those
 * of reading
 */
export async function writeWeights(
  checkpoint: Checkpoint,
  folder: string,
  storage: Storage,
  onProgress: (share: number) => void,
  signal?: AbortSignal,
): Promise<ModelFile> {
  const parts = checkpoint.specs.map(spec => plan(spec, storedAs(spec, storage)))
  const total = checkpoint.specs.reduce((sum, { shape }) => sum + size(shape), 0)
  const file = new HashedFile(folder, WEIGHTS_FILE)
  try {
    file.write(header(parts.flatMap(part => part.entries)))
    let done = 0
    for (const part of parts) {
      const scales: Uint8Array[] = []
      for (const rows of batches(checkpoint, part.spec)) {
        signal?.throwIfAborted()
        const quantized = quantize(rows, part)
        file.write(quantized.data)
        if (quantized.scales) scales.push(quantized.scales)
        done += rows.length
        onProgress(done / total)
        // Lets an interrupt arrive.
        await setImmediate()
      }
      pad(file)
      if (scales.length === 0) continue
      for (const bytes of scales) file.write(bytes)
      pad(file)
    }
  } finally {
    file.close()
  }
  return file.summary()
}

function plan(spec: TensorSpec, dtype: Dtype): Part {
  const { name, shape } = spec
  const scales = name.replace(/weight$/, 'scales')
  const [rows, columns] = shape as [number, number]
  const entry = (name: string, dtype: Entry['dtype'], shape: number[], itemBytes: number): Entry => ({
    name,
    dtype,
    shape,
    bytes: size(shape) * itemBytes,
  })
  if (dtype === 'fp32') return { spec, dtype, entries: [entry(name, 'F32', shape, 4)] }
  if (dtype === 'q8') return { spec, dtype, entries: [entry(name, 'U8', shape, 1), entry(scales, 'F32', [rows], 4)] }
  if (columns % BLOCK !== 0) {
    throw new RerankError('unsupported', `q4 needs rows of a multiple of ${BLOCK}; ${name} has rows of ${columns}`, {
      remedy: 'Convert with --dtype q8.',
    })
  }
  return {
    spec,
    dtype,
    entries: [entry(name, 'U8', [rows, columns / 2], 1), entry(scales, 'F16', [rows, columns / BLOCK], 2)],
  }
}

function* batches(checkpoint: Checkpoint, { name, shape }: TensorSpec): Generator<Float32Array> {
  const rows = shape[0]!
  const step = Math.max(1, Math.floor(BATCH / size(shape.slice(1))))
  for (let from = 0; from < rows; from += step) {
    const numbers = checkpoint.rows(name, from, Math.min(rows, from + step))
    if (!areFinite(numbers)) {
      throw modelError('bad-weights', `${name} holds numbers that are infinite or not a number`, {
        remedy: 'The checkpoint is damaged: download it again.',
      })
    }
    yield numbers
  }
}

function areFinite(numbers: Float32Array): boolean {
  // Zero times infinity or NaN is NaN, and the sum stays NaN.
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]! * 0
  return sum === 0
}

function quantize(rows: Float32Array, { spec, dtype }: Part): { data: Uint8Array; scales?: Uint8Array } {
  if (dtype === 'fp32') return { data: bytesOf(rows) }
  const { data, scales } = dtype === 'q8' ? quantize8(rows, spec.shape[1]!) : quantize4(rows)
  return { data, scales: bytesOf(scales) }
}

/** Length and JSON, padded with spaces so that the tensors begin at a multiple of the alignment. */
function header(entries: Entry[]): Uint8Array {
  const json: Record<string, unknown> = {}
  let place = 0
  let gap = 0
  for (const { name, dtype, shape, bytes } of entries) {
    json[name] = { dtype, shape, data_offsets: [place, place + bytes] }
    const end = place + bytes
    place = aligned(end)
    // The format allows no holes, so a gap between two tensors is a tensor too.
    if (place > end) json[`gap.${gap++}`] = { dtype: 'U8', shape: [place - end], data_offsets: [end, place] }
  }
  const text = new TextEncoder().encode(JSON.stringify(json))
  const whole = new Uint8Array(aligned(8 + text.length)).fill(0x20)
  new DataView(whole.buffer).setBigUint64(0, BigInt(whole.length - 8), true)
  whole.set(text, 8)
  return whole
}

function pad(file: HashedFile): void {
  file.write(new Uint8Array(aligned(file.bytes) - file.bytes))
}

const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT
const size = (shape: number[]) => shape.reduce((product, extent) => product * extent, 1)
const bytesOf = (array: Float32Array | Uint16Array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
