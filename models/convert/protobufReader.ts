import { modelError } from '../../src/api/modelErrors.js'
import type { ByteSource } from '../../src/model/safetensors.js'

/** A field of a protocol buffer: a number, or where its bytes lie in the file. */
export interface Field {
  number: number
  value: number
  /** Of a field with a length. */
  begin: number
  bytes: number
}

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** Read at a time: the heads of fields are small, and so are the messages between tensors. */
const WINDOW = 2 ** 16
const LONGEST_TEXT = 2 ** 16

/** Walks through a protocol buffer in a file. Only heads of fields are read; tensors stay on the disk. */
export class ProtobufReader {
  readonly #file: ByteSource
  readonly #name: string
  #window: Uint8Array = new Uint8Array(0)
  #start = 0

  constructor(file: ByteSource, name: string) {
    this.#file = file
    this.#name = name
  }

  /** The fields of the message in a range of the file. @throws RerankError bad-header */
  *fields(begin: number, end: number): Generator<Field> {
    let at = begin
    while (at < end) {
      let key: number
      ;[key, at] = this.#varint(at, end)
      const number = Math.floor(key / 8)
      const kind = key % 8
      let field: Field = { number, value: 0, begin: 0, bytes: 0 }
      if (kind === VARINT) {
        let value: number
        ;[value, at] = this.#varint(at, end)
        field = { ...field, value }
      } else {
        let bytes = kind === FIXED64 ? 8 : kind === FIXED32 ? 4 : -1
        if (kind === BYTES) [bytes, at] = this.#varint(at, end)
        if (bytes < 0 || at + bytes > end) throw this.#bad('a field lies outside of its message')
        field = { ...field, begin: at, bytes }
        at += bytes
      }
      if (number === 0) throw this.#bad('a field has the number 0')
      yield field
    }
  }

  text({ begin, bytes }: Field): string {
    if (bytes > LONGEST_TEXT) throw this.#bad(`a name has ${bytes} bytes`)
    return new TextDecoder().decode(this.bytes(begin, bytes))
  }

  /** Whole numbers, packed or one by one. */
  numbers(fields: readonly Field[]): number[] {
    return fields.flatMap(field => {
      if (field.bytes === 0) return [field.value]
      const values: number[] = []
      for (let at = field.begin; at < field.begin + field.bytes; ) {
        let value: number
        ;[value, at] = this.#varint(at, field.begin + field.bytes)
        values.push(value)
      }
      return values
    })
  }

  bytes(begin: number, bytes: number): Uint8Array {
    if (begin >= this.#start && begin + bytes <= this.#start + this.#window.length) {
      return this.#window.slice(begin - this.#start, begin - this.#start + bytes)
    }
    return this.#file.read(begin, bytes)
  }

  /** @returns the number and where the next field begins; negative numbers become imprecise, large ones */
  #varint(at: number, end: number): [number, number] {
    let value = 0
    let factor = 1
    for (let i = at; i < end && i < at + 10; i++) {
      const byte = this.#byte(i)
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return [value, i + 1]
      factor *= 128
    }
    throw this.#bad('a number has no end')
  }

  #byte(at: number): number {
    if (at < this.#start || at >= this.#start + this.#window.length) {
      this.#start = at
      this.#window = this.#file.read(at, Math.min(WINDOW, this.#file.bytes - at))
    }
    return this.#window[at - this.#start]!
  }

  #bad(why: string) {
    return modelError('bad-header', `${this.#name} is a damaged protocol buffer: ${why}`)
  }
}
