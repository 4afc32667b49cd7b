import { concatBytes } from '../../src/util/concat.js'
import type { Random } from './random.js'

/** Lengths, counts and offsets at which readers are known to err. */
const TELLING = [0, 1, 2, 7, 8, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 0x10000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
const TELLING_LONG = [...TELLING, 2 ** 32, 2 ** 40, 2 ** 52, 2 ** 53 - 1, 2 ** 53, 2 ** 62].map(BigInt)

/**
 * A damaged copy, by one to four changes at random: bits, numbers of all widths, parts that are lost, repeated, moved
 * or put in.
 * @param edge how often a change falls into the first or last 512 bytes, where formats keep their lengths
 */
export function mutateBytes(original: Uint8Array, random: Random, edge = 0.5): Uint8Array {
  let bytes: Uint8Array = original.slice()
  for (let changes = 1 + random.below(4); changes > 0; changes--) bytes = change(bytes, random, edge)
  return bytes
}

function change(bytes: Uint8Array, random: Random, edge: number): Uint8Array {
  const at = place(bytes.length, random, edge)
  const length = Math.min(bytes.length - at, 1 + random.below(random.chance(0.8) ? 16 : 4096))
  switch (random.below(9)) {
    case 0:
      if (bytes.length > 0) bytes[at]! ^= 1 << random.below(8)
      return bytes
    case 1:
      if (bytes.length > 0) bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)])
      return bytes
    case 2:
    case 3:
      return putNumber(bytes, at, random)
    case 4: // lost
      return joined(bytes.subarray(0, at), bytes.subarray(at + length))
    case 5: // repeated
      return joined(bytes.subarray(0, at + length), bytes.subarray(at))
    case 6: // moved
      return joined(
        bytes.subarray(0, at),
        bytes.subarray(0, length),
        bytes.subarray(at + Math.min(length, bytes.length - at)),
      )
    case 7: // put in
      return joined(
        bytes.subarray(0, at),
        Uint8Array.from({ length }, () => random.below(256)),
        bytes.subarray(at),
      )
    default: // cut short
      return bytes.slice(0, at)
  }
}

function place(length: number, random: Random, edge: number): number {
  if (length === 0) return 0
  if (!random.chance(edge)) return random.below(length)
  const within = random.below(Math.min(512, length))
  return random.chance(0.5) ? within : length - 1 - within
}

function putNumber(bytes: Uint8Array, at: number, random: Random): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = random.chance(0.9)
  const width = random.pick([2, 4, 8])
  if (at + width > bytes.length) return bytes
  if (width === 8) view.setBigUint64(at, near(random.pick(TELLING_LONG), random), little)
  else if (width === 4) view.setUint32(at, Number(near(BigInt(random.pick(TELLING)), random)), little)
  else view.setUint16(at, Number(near(BigInt(random.pick(TELLING)), random)), little)
  return bytes
}

const near = (value: bigint, random: Random) => BigInt.asUintN(64, value + BigInt(random.below(5) - 2))

export const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => concatBytes(parts)
