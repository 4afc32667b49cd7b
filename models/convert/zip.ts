import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { OpenFile } from './openFile.js'

/** A file in an archive, stored uncompressed. */
export interface ZipEntry {
  begin: number
  bytes: number
}

const END_BYTES = 22
const END_MARK = 0x06054b50
const END64_MARK = 0x06064b50
const LOCATOR_MARK = 0x07064b50
const CENTRAL_MARK = 0x02014b50
const LOCAL_MARK = 0x04034b50
const LONGEST_COMMENT = 0xffff
const LONGEST_DIRECTORY = 64 * 1024 * 1024

/**
 * Lists the files of a zip archive (zip64 too) whose entries are stored uncompressed, as torch.save writes them.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @throws RerankError bad-zip
 */
export function readZip(file: OpenFile): Map<string, ZipEntry> {
  const { count, offset, bytes } = findDirectory(file)
  if (bytes > LONGEST_DIRECTORY || offset + bytes > file.bytes) throw bad(file, 'its directory lies outside of it')
  const directory = view(file.read(offset, bytes))
  const entries = new Map<string, ZipEntry>()
  let place = 0
  for (let i = 0; i < count; i++) {
    if (place + 46 > bytes || directory.getUint32(place, true) !== CENTRAL_MARK)
      throw bad(file, 'its directory is damaged')
    const nameBytes = directory.getUint16(place + 28, true)
    const extraBytes = directory.getUint16(place + 30, true)
    const next = place + 46 + nameBytes + extraBytes + directory.getUint16(place + 32, true)
    if (next > bytes) throw bad(file, 'its directory is damaged')
    const name = new TextDecoder().decode(
      new Uint8Array(directory.buffer, directory.byteOffset + place + 46, nameBytes),
    )
    if (entries.has(name)) throw bad(file, `it holds ${describeValue(name)} twice`)
    if (directory.getUint16(place + 10, true) !== 0) throw bad(file, `${describeValue(name)} is compressed`)
    if (directory.getUint16(place + 8, true) & 1) throw bad(file, `${describeValue(name)} is encrypted`)
    const [size, stored, local] = longSizes(directory, place, nameBytes, extraBytes)
    if (size !== stored) throw bad(file, `the sizes of ${describeValue(name)} differ`)
    entries.set(name, { begin: beginOf(file, local, name), bytes: size })
    const { begin } = entries.get(name)!
    if (begin + size > offset) throw bad(file, `${describeValue(name)} lies outside of it`)
    place = next
  }
  return entries
}

function findDirectory(file: OpenFile): { count: number; offset: number; bytes: number } {
  const tailBytes = Math.min(file.bytes, END_BYTES + LONGEST_COMMENT)
  const tail = view(file.read(file.bytes - tailBytes, tailBytes))
  let end = tailBytes - END_BYTES
  while (end >= 0 && tail.getUint32(end, true) !== END_MARK) end--
  // The directory comes last, so a truncated download lacks it.
  if (end < 0) throw modelError('truncated-file', `${file.name} has no end of archive`)
  const locator = end - 20
  if (locator < 0 || tail.getUint32(locator, true) !== LOCATOR_MARK) {
    return {
      count: tail.getUint16(end + 10, true),
      bytes: tail.getUint32(end + 12, true),
      offset: tail.getUint32(end + 16, true),
    }
  }
  const place = long(tail, locator + 8)
  if (place + 56 > file.bytes) throw bad(file, 'its directory lies outside of it')
  const end64 = view(file.read(place, 56))
  if (end64.getUint32(0, true) !== END64_MARK) throw bad(file, 'its directory is damaged')
  return { count: long(end64, 32), bytes: long(end64, 40), offset: long(end64, 48) }
}

/** Size, stored size and offset: 32 bits each, or all ones if the 64-bit numbers follow in the extra field. */
function longSizes(directory: DataView, place: number, nameBytes: number, extraBytes: number) {
  const sizes = [24, 20, 42].map(at => directory.getUint32(place + at, true)) as [number, number, number]
  const end = place + 46 + nameBytes + extraBytes
  for (let extra = place + 46 + nameBytes; extra + 4 <= end; ) {
    const bytes = directory.getUint16(extra + 2, true)
    if (directory.getUint16(extra, true) === 1) {
      let at = extra + 4
      for (let i = 0; i < 3; i++) {
        if (sizes[i] !== 0xffffffff || at + 8 > Math.min(end, extra + 4 + bytes)) continue
        sizes[i] = long(directory, at)
        at += 8
      }
    }
    extra += 4 + bytes
  }
  return sizes
}

function beginOf(file: OpenFile, local: number, name: string): number {
  if (local + 30 > file.bytes) throw bad(file, `${describeValue(name)} lies outside of it`)
  const header = view(file.read(local, 30))
  if (header.getUint32(0, true) !== LOCAL_MARK) throw bad(file, `${describeValue(name)} is not where it should be`)
  return local + 30 + header.getUint16(26, true) + header.getUint16(28, true)
}

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

function long(data: DataView, place: number): number {
  const value = data.getBigUint64(place, true)
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value)
}

const bad = (file: OpenFile, why: string) => toolError('bad-zip', `${file.name} is a damaged archive: ${why}`)
