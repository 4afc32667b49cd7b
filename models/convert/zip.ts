import { crc32, inflateRawSync } from 'node:zlib'
import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { describeValue } from '../../src/util/describeValue.js'
import type { ArchiveEntry } from './archiveEntry.js'
import type { OpenFile } from './openFile.js'

/** A file in an archive, stored uncompressed. */
export interface ZipEntry {
  begin: number
  bytes: number
}

/** Any file in an archive, as its directory lists it. */
interface ListedEntry {
  name: string
  method: number
  crc: number
  bytes: number
  packed: number
  /** Where its local header lies. */
  local: number
  isLink: boolean
}

const END_BYTES = 22
const END_MARK = 0x06054b50
const END64_MARK = 0x06064b50
const LOCATOR_MARK = 0x07064b50
const CENTRAL_MARK = 0x02014b50
const LOCAL_MARK = 0x04034b50
const LONGEST_COMMENT = 0xffff
const LONGEST_DIRECTORY = 64 * 1024 * 1024
const LONGEST_LINK = 4096
const STORED = 0
const DEFLATED = 8
/** The upper four bits of a file's mode on Unix. */
const UNIX_LINK = 0xa

/**
 * Lists the files of a zip archive (zip64 too) whose entries are stored uncompressed, as torch.save writes them.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @throws RerankError bad-zip
 */
export function readZip(file: OpenFile): Map<string, ZipEntry> {
  const { listed, end } = listZip(file)
  return new Map(
    listed.map(({ name, method, bytes, packed, local }) => {
      if (method !== STORED) throw bad(file, `${describeValue(name)} is compressed`)
      if (bytes !== packed) throw bad(file, `the sizes of ${describeValue(name)} differ`)
      return [name, { begin: placeOf(file, name, local, packed, end), bytes }]
    }),
  )
}

/** Lists the files of any zip archive, stored or deflated. @throws RerankError bad-zip */
export function readZipEntries(file: OpenFile): ArchiveEntry[] {
  const { listed, end } = listZip(file)
  return listed.map(({ name: path, method, crc, bytes, packed, local, isLink }) => {
    if (method !== STORED && method !== DEFLATED) throw bad(file, `${describeValue(path)} is compressed by ${method}`)
    const begin = placeOf(file, path, local, packed, end)
    const read = () => {
      const content =
        method === STORED ? file.read(begin, bytes) : inflated(file, path, file.read(begin, packed), bytes)
      if (crc32(content) !== crc) throw bad(file, `${describeValue(path)} has another checksum`)
      return content
    }
    const entry: ArchiveEntry = { path, bytes, packed, read, ...(method === STORED && { begin }) }
    if (!isLink) return entry
    if (bytes > LONGEST_LINK) throw bad(file, `the link ${describeValue(path)} has ${bytes} bytes`)
    return { ...entry, link: { target: new TextDecoder().decode(read()), fromRoot: false } }
  })
}

function inflated(file: OpenFile, path: string, packed: Uint8Array, bytes: number): Uint8Array {
  try {
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) })
    if (content.length === bytes) return content
  } catch (cause) {
    throw bad(file, `${describeValue(path)} can not be unpacked`, cause)
  }
  throw bad(file, `${describeValue(path)} has another size`)
}

function listZip(file: OpenFile): { listed: ListedEntry[]; end: number } {
  const { count, offset, bytes } = findDirectory(file)
  if (bytes > LONGEST_DIRECTORY || offset + bytes > file.bytes) throw bad(file, 'its directory lies outside of it')
  const directory = view(file.read(offset, bytes))
  const listed = new Map<string, ListedEntry>()
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
    if (listed.has(name)) throw bad(file, `it holds ${describeValue(name)} twice`)
    if (directory.getUint16(place + 8, true) & 1) throw bad(file, `${describeValue(name)} is encrypted`)
    const [size, packed, local] = longSizes(directory, place, nameBytes, extraBytes)
    listed.set(name, {
      name,
      method: directory.getUint16(place + 10, true),
      crc: directory.getUint32(place + 16, true),
      bytes: size,
      packed,
      local,
      isLink: directory.getUint32(place + 38, true) >>> 28 === UNIX_LINK,
    })
    place = next
  }
  return { listed: [...listed.values()], end: offset }
}

function placeOf(file: OpenFile, name: string, local: number, packed: number, end: number): number {
  const begin = beginOf(file, local, name)
  if (begin + packed > end) throw bad(file, `${describeValue(name)} lies outside of it`)
  return begin
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

const bad = (file: OpenFile, why: string, cause?: unknown) =>
  toolError('bad-zip', `${file.name} is a damaged archive: ${why}`, cause === undefined ? {} : { cause })
