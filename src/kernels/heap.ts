import { deviceError } from '../api/deviceErrors.js'

const PAGE = 65_536
/** Of a vector, and of a line of a processor's cache. */
const ALIGNMENT = 64

/**
 * The memory of the kernels, laid out from its start: a model, then what a call needs. Address 0 is never used, so it
 * can mean none.
 */
export class Heap {
  readonly memory: WebAssembly.Memory
  #end = ALIGNMENT

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory
  }

  /** Where the next allocation begins; `release` takes it. */
  get end(): number {
    return this.#end
  }

  /**
   * Memory that nobody wrote to is zero.
   * @throws RerankError `out-of-memory`
   */
  allocate(bytes: number): number {
    const start = this.#end
    const end = Math.ceil((start + bytes) / ALIGNMENT) * ALIGNMENT
    const missing = end - this.memory.buffer.byteLength
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE))
    this.#end = end
    return start
  }

  #grow(pages: number): void {
    try {
      this.memory.grow(pages)
    } catch (cause) {
      throw deviceError('out-of-memory', `WebAssembly's memory cannot grow by ${pages * PAGE} bytes.`, { cause })
    }
  }

  /** Frees all that was allocated from `end` on. */
  release(end: number): void {
    this.#end = end
  }

  // The buffer of a memory that has grown is another one, so views are made when they are used.

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length)
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length)
  }

  integers(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length)
  }

  /** @returns their address */
  writeFloats(values: Float32Array): number {
    const at = this.allocate(values.byteLength)
    this.floats(at, values.length).set(values)
    return at
  }
}
