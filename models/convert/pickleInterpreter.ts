import { modelError } from '../../src/api/modelErrors.js'
import { toolError } from '../../src/api/toolErrors.js'
import { CALLS, STORAGES } from './pickleCalls.js'
import { describe, emptyDict, isCount, isKind, MARK, type Storage, type Value } from './pickleValues.js'

/** The length at which an error message cuts a name. */
const LONGEST_NAME = 200

/** The stack machine that runs a pickle, as far as a state dict needs it. */
export class Interpreter {
  readonly #data: DataView
  #place = 0
  /** The start of the current opcode, for messages. */
  #start = 0
  readonly #stack: Value[] = []
  readonly #memo = new Map<number, Value>()

  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes

    this.#data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  run(): Value {
    for (;;) {
      this.#start = this.#place
      const code = this.#byte()
      if (code === 0x2e) return this.#pop() // STOP
      this.#step(code)
    }
  }

  #step(code: number): void {
    const stack = this.#stack
    switch (code) {
      case 0x80: // PROTO
        if (this.#byte() > 5) this.#fail('an unknown protocol')
        return
      case 0x95: // FRAME
        this.#skip(8)
        return
      case 0x28: // MARK
        stack.push(MARK)
        return
      case 0x30: // POP
        this.#pop()
        return
      case 0x4e: // NONE
        stack.push(null)
        return
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        stack.push(code === 0x88)
        return
      case 0x4a: // BININT
        stack.push(this.#data.getInt32(this.#skip(4), true))
        return
      case 0x4b: // BININT1
        stack.push(this.#byte())
        return
      case 0x4d: // BININT2
        stack.push(this.#data.getUint16(this.#skip(2), true))
        return
      case 0x8a: // LONG1
        stack.push(this.#long(this.#byte()))
        return
      case 0x47: // BINFLOAT
        stack.push(this.#data.getFloat64(this.#skip(8), false))
        return
      case 0x58: // BINUNICODE
        stack.push(this.#text(this.#data.getUint32(this.#skip(4), true)))
        return
      case 0x8c: // SHORT_BINUNICODE
        stack.push(this.#text(this.#byte()))
        return
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        stack.push([])
        return
      case 0x7d: // EMPTY_DICT
        stack.push(emptyDict())
        return
      case 0x74: // TUPLE
        stack.push(this.#popToMark())
        return
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        stack.push(this.#popMany(code - 0x84))
        return
      case 0x61: // APPEND
        this.#extend([this.#pop()])
        return
      case 0x65: // APPENDS
        this.#extend(this.#popToMark())
        return
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2))
        return
      case 0x75: // SETITEMS
        this.#setItems(this.#popToMark())
        return
      case 0x62: // BUILD
        // A dictionary's attributes (`_metadata` of a state dict) do not concern the weights.
        this.#pop()
        if (!isKind(this.#top(), 'dict')) this.#fail('an object with a state of its own')
        return
      case 0x71: // BINPUT
        this.#memo.set(this.#byte(), this.#top())
        return
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#data.getUint32(this.#skip(4), true), this.#top())
        return
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top())
        return
      case 0x68: // BINGET
        this.#recall(this.#byte())
        return
      case 0x6a: // LONG_BINGET
        this.#recall(this.#data.getUint32(this.#skip(4), true))
        return
      case 0x63: // GLOBAL
        this.#pushGlobal(this.#line(), this.#line())
        return
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2)
        if (typeof module !== 'string' || typeof name !== 'string') this.#fail('a name that is no text')
        this.#pushGlobal(module, name)
        return
      }
      case 0x51: // BINPERSID
        stack.push(this.#storage(this.#pop()))
        return
      case 0x52: {
        // REDUCE
        const [callee, args] = this.#popMany(2) as [Value, Value]
        const call = isKind(callee, 'global') ? CALLS[callee.name] : undefined
        if (!call || !Array.isArray(args)) this.#fail(`a call of ${describe(callee)}`)
        stack.push(call(args, why => this.#fail(why)))
        return
      }
      default:
        this.#fail(`the operation 0x${code.toString(16)}`)
    }
  }

  #pushGlobal(module: string, name: string): void {
    const full = `${module}.${name}`
    if (!Object.hasOwn(CALLS, full) && !Object.hasOwn(STORAGES, full)) this.#fail(full.slice(0, LONGEST_NAME))
    this.#stack.push({ kind: 'global', name: full })
  }

  /** ('storage', class, key, location, number of elements) */
  #storage(id: Value): Storage {
    const [tag, type, key, , count] = Array.isArray(id) ? id : []
    const dtype = isKind(type, 'global') ? STORAGES[type.name] : undefined
    if (tag !== 'storage' || !dtype || typeof key !== 'string' || !isCount(count))
      this.#fail('a reference to no storage')
    return { kind: 'storage', dtype, key, count }
  }

  #extend(items: Value[]): void {
    const list = this.#top()
    if (!Array.isArray(list)) this.#fail('an item without its list')
    for (const item of items) list.push(item)
  }

  #setItems(items: Value[]): void {
    const target = this.#top()
    if (!isKind(target, 'dict')) this.#fail('an item without its dictionary')
    for (let i = 0; i + 1 < items.length; i += 2) target.items.set(items[i], items[i + 1])
  }

  #recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) this.#fail(`an unknown reference ${index}`)
    this.#stack.push(value)
  }

  #top(): Value {
    const value = this.#stack.at(-1)
    if (value === undefined || value === MARK) this.#fail('an empty stack')
    return value
  }

  #pop(): Value {
    const value = this.#top()
    this.#stack.pop()
    return value
  }

  #popMany(count: number): Value[] {
    return Array.from({ length: count }, () => this.#pop()).reverse()
  }

  #popToMark(): Value[] {
    const mark = this.#stack.lastIndexOf(MARK)
    if (mark < 0) this.#fail('a group without its start')
    const items = this.#stack.splice(mark)
    return items.slice(1)
  }

  #byte(): number {
    return this.#data.getUint8(this.#skip(1))
  }

  #skip(count: number): number {
    const place = this.#place
    if (place + count > this.#bytes.length) {
      throw modelError('truncated-file', `The pickle ends within the operation at byte ${this.#start}`)
    }
    this.#place += count
    return place
  }

  #text(length: number): string {
    const place = this.#skip(length)
    return new TextDecoder().decode(this.#bytes.subarray(place, place + length))
  }

  #line(): string {
    const end = this.#bytes.indexOf(10, this.#place)
    const line = this.#text((end < 0 ? this.#bytes.length : end) - this.#place)
    this.#skip(1)
    return line
  }

  #long(length: number): number {
    const place = this.#skip(length)
    let value = 0n
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[place + i]!)
    const number = Number(BigInt.asIntN(8 * length, value))
    if (!Number.isSafeInteger(number)) this.#fail('a number beyond 53 bits')
    return number
  }

  #fail(what: string): never {
    throw toolError('unsafe-pickle', `The pickle holds ${what} at byte ${this.#start}`)
  }
}
