import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import type { ByteSource } from '../../src/model/safetensors.js'

/**
 * A file that is read in ranges, so only the part in use of a large checkpoint is in memory.
 */
export interface OpenFile extends ByteSource {
  name: string
  close(): void
}

// One read call takes at most 2 GiB.
const LONGEST_READ = 2 ** 30

/** @throws RerankError missing-file, truncated-file */
export function openFile(path: string): OpenFile {
  const name = basename(path)
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (cause) {
    throw toolError('missing-file', `${name} can not be opened`, { cause })
  }
  const status = fstatSync(descriptor)
  if (!status.isFile()) {
    closeSync(descriptor)
    throw toolError('missing-file', `${name} is not a file`)
  }
  const file: OpenFile = {
    name,
    bytes: status.size,
    read(offset, length) {
      if (offset + length > file.bytes) {
        throw modelError('truncated-file', `${name} ends at byte ${file.bytes}, ${offset + length} is needed`)
      }
      const bytes = new Uint8Array(length)
      for (let done = 0; done < length; ) {
        const wanted = Math.min(LONGEST_READ, length - done)
        const got = readSync(descriptor, bytes, done, wanted, offset + done)
        if (got === 0) throw modelError('truncated-file', `${name} became shorter while it was read`)
        done += got
      }
      return bytes
    },
    close: () => closeSync(descriptor),
  }
  return file
}

/** Bytes in memory as a file. */
export function bytesFile(name: string, bytes: Uint8Array): OpenFile {
  return {
    name,
    bytes: bytes.length,
    read(offset, length) {
      if (offset + length > bytes.length) {
        throw modelError('truncated-file', `${name} ends at byte ${bytes.length}, ${offset + length} is needed`)
      }
      // A copy begins at a multiple of every number's size. The slice of a Buffer, which inflating gives, is no copy.
      return new Uint8Array(bytes.subarray(offset, offset + length))
    },
    close: () => {},
  }
}

/** The start of the pointer that replaces each large file in a clone without Git LFS. */
export function isLfsPointer(file: OpenFile): boolean {
  const mark = 'version https://git-lfs.github.com/'
  return file.bytes >= mark.length && new TextDecoder().decode(file.read(0, mark.length)) === mark
}
