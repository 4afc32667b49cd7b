/** For tests: archives as common tools write them, and ones that are wrong on purpose. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ArchivePart {
  path: string
  bytes?: Uint8Array
  /** A symbolic link to this path. */
  link?: string
  /** The size that is claimed. @default the content's */
  claimed?: number
}

/** A zip, deflated. */
export function zip(parts: readonly ArchivePart[]): Uint8Array {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { path, link, bytes = Buffer.from(link ?? ''), claimed = bytes.length } of parts) {
    const name = Buffer.from(path)
    const packed = deflateRawSync(bytes)
    const sizes = Buffer.alloc(16)
    sizes.writeUInt32LE(crc32(bytes), 0)
    sizes.writeUInt32LE(packed.length, 4)
    sizes.writeUInt32LE(claimed, 8)
    sizes.writeUInt16LE(name.length, 12)
    const head = Buffer.alloc(14)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(8, 8)
    local.push(Buffer.concat([head, sizes, name, packed]))
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(8, 10)
    sizes.copy(central, 16)
    if (link !== undefined) central.writeUInt32LE((0o120777 << 16) >>> 0, 38)
    central.writeUInt32LE(at, 42)
    directory.push(central, name)
    at += local.at(-1)!.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...local, listed, end])
}

/** A tar in ustar's format; a path that does not fit it gets a name of pax before it, and a time as other tools do. */
export function tar(parts: readonly ArchivePart[]): Uint8Array {
  const blocks: Buffer[] = []
  const add = (path: string, type: string, content: Uint8Array, link = '', size = content.length) => {
    const header = Buffer.alloc(512)
    header.write(path.slice(0, 100).replace(/[^\x20-\x7e]/g, '?'), 0)
    header.write('0000644\0', 100)
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
    header.write('        ', 148)
    header.write(type, 156)
    header.write(link, 157)
    header.write('ustar\x0000', 257)
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    )
    blocks.push(header, Buffer.concat([content, Buffer.alloc((512 - (content.length % 512)) % 512)]))
  }
  for (const { path, bytes = new Uint8Array(), link, claimed } of parts) {
    const isPlain = path.length <= 100 && Buffer.byteLength(path) === path.length
    if (!isPlain) add('PaxHeaders/x', 'x', Buffer.from(paxRecord('path', path) + paxRecord('mtime', '1700000000.5')))
    add(path, link === undefined ? '0' : '2', bytes, link, claimed)
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = Buffer.byteLength(rest) + 1
  while (Buffer.byteLength(`${length}${rest}`) !== length) length++
  return `${length}${rest}`
}
