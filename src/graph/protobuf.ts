/** Writes a protocol buffer message, with the field types that ONNX needs. */
export class ProtobufWriter {
  #bytes = new Uint8Array(256)
  #length = 0

  /** A varint: int32, int64 (also negative) and enum fields. */
  integer(field: number, value: number | bigint): this {
    this.#varint(BigInt((field << 3) | 0))
    this.#varint(BigInt.asUintN(64, BigInt(value)))
    return this
  }

  float(field: number, value: number): this {
    this.#varint(BigInt((field << 3) | 5))
    const start = this.#grow(4)
    new DataView(this.#bytes.buffer).setFloat32(start, value, true)
    return this
  }

  text(field: number, value: string): this {
    return this.data(field, new TextEncoder().encode(value))
  }

  message(field: number, value: ProtobufWriter): this {
    return this.data(field, value.finish())
  }

  data(field: number, value: Uint8Array): this {
    this.head(field, value.length)
    const start = this.#grow(value.length)
    this.#bytes.set(value, start)
    return this
  }

  /** Writes tag and length of a bytes field. The caller appends its content to this writer's bytes. */
  head(field: number, length: number): this {
    this.#varint(BigInt((field << 3) | 2))
    this.#varint(BigInt(length))
    return this
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #varint(value: bigint): void {
    let rest = value
    while (rest > 127n) {
      this.#byte(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    this.#byte(Number(rest))
  }

  #byte(value: number): void {
    const start = this.#grow(1)
    this.#bytes[start] = value
  }

  /** May replace `#bytes`, so call it before reading them. */
  #grow(count: number): number {
    const start = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      larger.set(this.#bytes.subarray(0, start))
      this.#bytes = larger
    }
    return start
  }
}

/** A field of a message: varints and fixed-size numbers as numbers; strings, bytes and nested messages as bytes. */
export interface ProtobufField {
  number: number
  value: number | Uint8Array
}

/**
 * Reads the fields of a message in order. No allocation depends on a length that the file claims.
 * @throws RangeError if the message is damaged
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField, void, void> {
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
