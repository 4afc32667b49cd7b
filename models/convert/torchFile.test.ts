import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { RerankError } from '../../src/api/errors.js'
import { type StateEntry, statePickle, temporaryFolder, type ZipPart, zip64 } from '../../test/convertedModels.js'
import { openFile } from './openFile.js'
import { readRows } from './storedTensor.js'
import { readTorchFile } from './torchFile.js'

const { path: folder, clean } = temporaryFolder()
afterAll(clean)

const numbers = Float32Array.of(0, 1, 2, 3, 4, 5)
const entry: StateEntry = { shape: [2, 3], strides: [3, 1], storage: '0', count: 6 }
let parts: ZipPart[]
beforeEach(() => {
  parts = [
    { name: 'archive/data.pkl', bytes: statePickle({ a: entry }) },
    { name: 'archive/byteorder', bytes: Buffer.from('little') },
    { name: 'archive/data/0', bytes: new Uint8Array(numbers.buffer) },
  ]
})

function read(bytes: Uint8Array = Buffer.concat(zip64(parts).map(piece => piece.bytes))) {
  const path = join(folder, 'pytorch_model.bin')
  writeFileSync(path, bytes)
  const file = openFile(path)
  return { file, tensors: () => readTorchFile(file) }
}

const refused = (code: string, bytes?: Uint8Array) => {
  const { file, tensors } = read(bytes)
  try {
    expect(tensors).toThrow(expect.objectContaining({ code }))
  } finally {
    file.close()
  }
}

describe('reads', () => {
  const rowsOf = (entry: StateEntry, from: number, to: number) => {
    parts[0]!.bytes = statePickle({ a: entry })
    const { file, tensors } = read()
    try {
      return [...readRows(tensors()[0]!, from, to)]
    } finally {
      file.close()
    }
  }

  test('a zip64 archive', () => {
    expect(rowsOf(entry, 0, 2)).toEqual([0, 1, 2, 3, 4, 5])
    expect(rowsOf(entry, 1, 2)).toEqual([3, 4, 5])
  })

  test('a tensor within its storage', () => {
    expect(rowsOf({ ...entry, shape: [2, 2], strides: [2, 1], offset: 1 }, 0, 2)).toEqual([1, 2, 3, 4])
  })

  test('a transposed view', () => {
    expect(rowsOf({ ...entry, shape: [3, 2], strides: [1, 3] }, 0, 3)).toEqual([0, 3, 1, 4, 2, 5])
    expect(rowsOf({ ...entry, shape: [3, 2], strides: [1, 3] }, 1, 2)).toEqual([1, 4])
  })
})

describe('refuses', () => {
  test('what is no archive', () => {
    refused('bad-zip', Buffer.from('<html>not found</html>'))
    refused('truncated-file', Buffer.from('PK'))
  })

  test('a pickle as old torch wrote it', () => {
    refused('legacy-pickle', Buffer.of(0x80, 2, 0x8a, 0x0a))
  })

  test('every cut of the file', () => {
    const whole = Buffer.concat(zip64(parts).map(piece => piece.bytes))
    for (let end = 0; end < whole.length; end += 7) refused('truncated-file', whole.subarray(0, end))
  })

  test('an archive without its pickle or without a storage', () => {
    refused('bad-zip', Buffer.concat(zip64(parts.slice(1)).map(piece => piece.bytes)))
    refused('bad-zip', Buffer.concat(zip64(parts.slice(0, 2)).map(piece => piece.bytes)))
  })

  test('a name held twice', () => {
    refused('bad-zip', Buffer.concat(zip64([...parts, parts[2]!]).map(piece => piece.bytes)))
  })

  test('an entry that claims more than there is', () => {
    parts[2]!.claimed = 1000
    refused('bad-zip')
    parts[2]!.claimed = 2 ** 60
    refused('bad-zip')
  })

  test('a tensor that leaves its storage', () => {
    for (const wrong of [
      { offset: 1 },
      { shape: [3, 3] },
      { strides: [4, 1] },
      { count: 7 },
      { shape: [2, 4], strides: [0, 1] },
    ]) {
      parts[0]!.bytes = statePickle({ a: { ...entry, ...wrong } })
      refused('bad-offsets')
    }
  })

  test('big-endian numbers', () => {
    parts[1]!.bytes = Buffer.from('big')
    refused('unsupported-dtype')
  })
})

test('a file with any one byte changed is read or refused, never more', () => {
  const whole = Buffer.concat(zip64(parts).map(piece => piece.bytes))
  const outcomes = new Set<string>()
  for (let at = 0; at < whole.length; at++) {
    const damaged = Uint8Array.from(whole)
    damaged[at]! ^= 1 << (at % 8)
    const { file, tensors } = read(damaged)
    try {
      for (const tensor of tensors()) if (tensor.shape[0]! <= 2) readRows(tensor, 0, tensor.shape[0]!)
      outcomes.add('read')
    } catch (error) {
      expect(error).toBeInstanceOf(RerankError)
      outcomes.add((error as RerankError).code)
    } finally {
      file.close()
    }
  }
  expect(outcomes).toContain('bad-zip')
  expect(outcomes).toContain('unsafe-pickle')
})
