/** A field of a protobuf message: varints and fixed numbers as they are, strings, bytes and messages as bytes. */
export interface Field {
  number: number
  value: number | Uint8Array
}

/**
 * The fields of a protobuf message, in order. Reads what is there and allocates nothing by a length that the file claims.
 *
 * @throws RangeError where the message is damaged
 */
export function* fields(message: Uint8Array): Generator<Field, void, void> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength)
  let at = 0

  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = view.getUint8(at++)
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new RangeError(`Too long a number before byte ${at}`)
  }

  while (at < message.length) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() }
        break
      case 1:
        yield { number, value: view.getFloat64(at, true) }
        at += 8
        break
      case 2: {
        const length = varint()
        if (length > message.length - at)
          throw new RangeError(`A field of ${length} bytes at byte ${at} ends after the message`)
        yield { number, value: message.subarray(at, at + length) }
        at += length
        break
      }
      case 5:
        yield { number, value: view.getFloat32(at, true) }
        at += 4
        break
      default:
        throw new RangeError(`Unknown type of field before byte ${at}`)
    }
  }
}
