import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { ByteSource } from '../../src/model/safetensors.js'
import type { ArchiveEntry } from './archiveEntry.js'

const BLOCK = 512
const LONGEST_HEADER = 2 ** 20

/**
 * Lists a tar archive: ustar, with the long names of pax and GNU. Entries are read where they lie.
 * @throws RerankError bad-zip, truncated-file
 */
export function readTar(file: ByteSource, name: string): ArchiveEntry[] {
  const entries: ArchiveEntry[] = []
  let long: { path?: string; linkpath?: string; size?: string } = {}
  for (let at = 0; at + BLOCK <= file.bytes; ) {
    const header = file.read(at, BLOCK)
    // Two empty blocks end the archive.
    if (header.every(byte => byte === 0)) return entries
    if (!hasChecksum(header)) throw toolError('bad-zip', `${name} is a damaged archive: a header's checksum is wrong`)
    const type = String.fromCharCode(header[156]!)
    const bytes = long.size === undefined ? numberAt(header, 124, 12) : Number(long.size)
    const begin = at + BLOCK
    if (!Number.isSafeInteger(bytes) || bytes < 0 || begin + bytes > file.bytes) {
      throw modelError('truncated-file', `${name} ends within an entry`)
    }
    at = begin + Math.ceil(bytes / BLOCK) * BLOCK
    if ('xgLK'.includes(type)) {
      if (bytes > LONGEST_HEADER) throw toolError('bad-zip', `${name} is a damaged archive: a name has ${bytes} bytes`)
      const content = file.read(begin, bytes)
      const text = new TextDecoder().decode(content)
      if (type === 'x') long = { ...long, ...paxFields(content) }
      else if (type === 'L') long = { ...long, path: upToNul(text) }
      else if (type === 'K') long = { ...long, linkpath: upToNul(text) }
      continue
    }
    const path = long.path ?? ustarPath(header)
    const entry: ArchiveEntry = { path, bytes, packed: bytes, read: () => file.read(begin, bytes), begin }
    if (type === '0' || type === '\0' || type === '7') entries.push(entry)
    else if (type === '1' || type === '2') {
      const target = long.linkpath ?? textAt(header, 157, 100)
      // A hard link names an entry from the root, a symbolic one from its own folder.
      entries.push({ ...entry, bytes: 0, packed: 0, link: { target, fromRoot: type === '1' } })
    } else if (type !== '5') throw toolError('bad-zip', `${name} holds ${JSON.stringify(path)}, which is no plain file`)
    long = {}
  }
  return entries
}

/** Whether the file begins as a tar does. */
export const isTar = (file: ByteSource): boolean => file.bytes >= BLOCK && hasChecksum(file.read(0, BLOCK))

/** Records such as `19 path=a/b\n`; the number counts the bytes of the whole record. */
function paxFields(content: Uint8Array): Record<string, string> {
  const fields: Record<string, string> = {}
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(textAt(content, at, 20), 10)
    const record = new TextDecoder().decode(content.subarray(at, at + length))
    const [, key, value] = /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(record) ?? []
    if (key === undefined || value === undefined) break
    fields[key] = value
    at += length
  }
  return fields
}

function ustarPath(header: Uint8Array): string {
  const prefix = textAt(header, 257, 5) === 'ustar' ? textAt(header, 345, 155) : ''
  return prefix === '' ? textAt(header, 0, 100) : `${prefix}/${textAt(header, 0, 100)}`
}

const upToNul = (text: string) => text.split('\0', 1)[0]!
const textAt = (header: Uint8Array, at: number, length: number) =>
  upToNul(new TextDecoder().decode(header.subarray(at, at + length)))

/** Octal digits, or, of large files, binary. */
function numberAt(header: Uint8Array, at: number, length: number): number {
  if (header[at]! < 0x80) return Number.parseInt(textAt(header, at, length).trim() || '0', 8)
  return header.subarray(at + 1, at + length).reduce((value, byte) => value * 256 + byte, 0)
}

function hasChecksum(header: Uint8Array): boolean {
  let sum = 0
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : header[i]!
  return sum === numberAt(header, 148, 8)
}
