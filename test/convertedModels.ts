/** For tests: files as the original tools write them, and files that are wrong on purpose. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { ConversionOptions, ConversionReport } from '../models/convert/convert.js'
import { type OracleName, oracleFolder } from '../models/oracles/read.js'
import type { Dtype } from '../src/api/models.js'
import { parseManifest } from '../src/model/parseManifest.js'
import { openWeights } from '../src/model/safetensors.js'
import { convertOracle } from './convertOracle.js'

/** A folder that is removed with `clean()`. */
export function temporaryFolder(): { path: string; clean(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mvp-rerank-'))
  return { path, clean: () => rmSync(path, { recursive: true, force: true }) }
}

/**
 * A temporary folder for models converted from the oracles; it is removed after the tests of the file that calls this.
 */
export function conversions() {
  const { path: root, clean } = temporaryFolder()
  afterAll(clean)
  let made = 0
  const fresh = () => join(root, `model-${made++}`)
  return {
    root,
    /** A path at which no file exists yet. */
    fresh,
    async converted(
      name: OracleName,
      dtype: Dtype,
      options: Partial<ConversionOptions> = {},
    ): Promise<{ out: string; report: ConversionReport }> {
      const out = fresh()
      return { out, report: await convertOracle(name, { out, dtype, ...options }) }
    },
  }
}

export function readModelFolder(folder: string) {
  const manifest = parseManifest(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')))
  return { manifest, weights: openWeights(readFileSync(join(folder, 'weights.safetensors')), manifest) }
}

/** A copy of an oracle's checkpoint, to be damaged. */
export function copyOracle(name: OracleName, to: string): string {
  cpSync(oracleFolder(name), to, { recursive: true })
  return to
}

/** Changes the JSON header of a safetensors file; the tensors stay. */
export function editHeader(path: string, edit: (header: Record<string, HeaderJson>) => void): void {
  const bytes = readFileSync(path)
  const length = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length))
  edit(header)
  writeFileSync(path, safetensors(JSON.stringify(header), bytes.subarray(8 + length)))
}

export interface HeaderJson {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

/** A safetensors file of this header and these tensors. */
export function safetensors(header: string, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(header)
  const file = new Uint8Array(8 + json.length + data.length)
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true)
  file.set(json, 8)
  file.set(data, 8 + json.length)
  return file
}

/** A pickle from opcodes: numbers are bytes, strings are put in as they are. */
export function pickle(...parts: (number | string)[]): Uint8Array {
  return Buffer.concat(parts.map(part => (typeof part === 'number' ? Buffer.of(part) : Buffer.from(part, 'latin1'))))
}

export interface StateEntry {
  shape: number[]
  strides: number[]
  storage: string
  offset?: number
  count: number
}

/**
 * data.pkl as torch.save writes it for a state dict of float32 tensors (protocol 2), with the `_metadata` of a
 * module's.
 */
export function statePickle(state: Record<string, StateEntry>): Uint8Array {
  const text = (value: string) => ['X', int32(value.length), value]
  const tuple = (numbers: number[]) => ['(', ...numbers.flatMap(number => ['J', int32(number)]), 't']
  const orderedDict = ['ccollections\nOrderedDict\n', ')', 'R']
  const entries = Object.entries(state).flatMap(([name, { shape, strides, storage, offset = 0, count }]) => [
    ...text(name),
    'ctorch._utils\n_rebuild_tensor_v2\n',
    '((',
    ...text('storage'),
    'ctorch\nFloatStorage\n',
    ...text(storage),
    ...text('cpu'),
    ...(count < 2 ** 31 ? ['J', int32(count)] : [0x8a, 8, int64(count)]),
    'tQ',
    'J',
    int32(offset),
    ...tuple(shape),
    ...tuple(strides),
    0x89,
    ...orderedDict,
    'tR',
  ])
  const metadata = ['}', ...text('_metadata'), ...orderedDict, 's', 'b']
  return pickle(0x80, 2, ...orderedDict, 'q', 0, '(', ...entries, 'u', ...metadata, '.')
}

const int32 = (value: number) => latin1(4, view => view.setInt32(0, value, true))
const int64 = (value: number) => latin1(8, view => view.setBigInt64(0, BigInt(value), true))

function latin1(bytes: number, write: (view: DataView) => void): string {
  const buffer = Buffer.alloc(bytes)
  write(new DataView(buffer.buffer, buffer.byteOffset, bytes))
  return buffer.toString('latin1')
}

export interface ZipPart {
  name: string
  bytes: Uint8Array
  /** Size that is claimed, where `bytes` are but its beginning (the rest of a sparse file is zeros). */
  claimed?: number
}

/**
 * A stored zip archive with zip64 fields throughout, as torch.save writes large ones, in pieces to be written at their
 * places.
 */
export function zip64(parts: ZipPart[]): { at: number; bytes: Uint8Array }[] {
  const pieces: { at: number; bytes: Uint8Array }[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, bytes, claimed = bytes.length } of parts) {
    const path = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(path.length, 26)
    pieces.push({ at, bytes: Buffer.concat([local, path, bytes]) })
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.fill(0xff, 20, 28)
    central.writeUInt16LE(path.length, 28)
    central.writeUInt16LE(28, 30)
    central.fill(0xff, 42, 46)
    const extra = Buffer.alloc(28)
    extra.writeUInt16LE(1, 0)
    extra.writeUInt16LE(24, 2)
    extra.writeBigUInt64LE(BigInt(claimed), 4)
    extra.writeBigUInt64LE(BigInt(claimed), 12)
    extra.writeBigUInt64LE(BigInt(at), 20)
    directory.push(central, path, extra)
    at += 30 + path.length + claimed
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(56 + 20 + 22)
  end.writeUInt32LE(0x06064b50, 0)
  end.writeBigUInt64LE(44n, 4)
  end.writeBigUInt64LE(BigInt(parts.length), 24)
  end.writeBigUInt64LE(BigInt(parts.length), 32)
  end.writeBigUInt64LE(BigInt(listed.length), 40)
  end.writeBigUInt64LE(BigInt(at), 48)
  end.writeUInt32LE(0x07064b50, 56)
  end.writeBigUInt64LE(BigInt(at + listed.length), 64)
  end.writeUInt32LE(1, 72)
  end.writeUInt32LE(0x06054b50, 76)
  end.fill(0xff, 84, 96)
  pieces.push({ at, bytes: Buffer.concat([listed, end]) })
  return pieces
}
