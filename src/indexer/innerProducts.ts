interface Exports {
  memory: { buffer: ArrayBuffer; grow(pages: number): void }
  multiply(end: number, out: number, outStride: number): void
}

/** The types of Node lack it. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { exports: Exports }
}

/**
 * The inner products of all pairs of vectors, in WebAssembly's SIMD. In JavaScript they took most of the time of
 * clustering, which was as long as the model's. Two rows by four at a time, so that each number that is loaded serves
 * several products.
 */
export class InnerProducts {
  static readonly #known = new Map<number, InnerProducts>()
  readonly #width: number
  /** In bytes, of a row in memory. */
  readonly #stride: number
  readonly #module: Exports

  private constructor(width: number) {
    this.#width = width
    this.#stride = 16 * Math.ceil(width / 4)
    this.#module = new WebAssembly.Instance(new WebAssembly.Module(moduleFor(this.#stride))).exports
  }

  /** @param width of the vectors */
  static forWidth(width: number): InnerProducts {
    const known = InnerProducts.#known.get(width) ?? new InnerProducts(width)
    InnerProducts.#known.set(width, known)
    return known
  }

  /**
   * @param vectors [count, width]
   * @returns where `at(one, other)` is the inner product, for one ≤ other; valid until the next call
   */
  of(vectors: Float32Array): (one: number, other: number) => number {
    const rows = vectors.length / this.#width
    // The last tile reaches beyond the last row.
    const columns = rows + COLUMNS + ROWS
    const stride = this.#stride
    const out = columns * stride
    const { memory, multiply } = this.#module
    const missing = out + 4 * columns * columns - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / 65536))
    const floats = new Float32Array(memory.buffer)
    floats.fill(0, 0, out / 4)
    for (let row = 0; row < rows; row++) {
      floats.set(vectors.subarray(row * this.#width, (row + 1) * this.#width), (row * stride) / 4)
    }
    if (rows > 0) multiply(rows * stride, out, 4 * columns)
    return (one, other) => floats[out / 4 + one * columns + other]!
  }
}

const ROWS = 2
const COLUMNS = 4

/** Names of locals, in the order of their declaration; the first three are parameters. */
const [END, OUT, OUT_STRIDE, A, B, P, Q, STOP, O, X] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const
const ADDRESSES = 6
const SUMS = X + ROWS + 1

const get = (local: number) => [0x20, local]
const set = (local: number) => [0x21, local]
const int = (value: number) => [0x41, ...signed(value)]
const ADD = 0x6a
/** local += value */
const raise = (local: number, ...value: number[]) => [...get(local), ...value, ADD, ...set(local)]
/** Repeats `body` while local < bound. */
const whileBelow = (local: number, bound: number, ...body: number[]) => [
  ...[0x03, 0x40, ...body],
  ...[...get(local), ...get(bound), 0x49, 0x0d, 0x00, 0x0b],
]
const loadFloats = (offset: number) => [0xfd, 0x00, 0x02, ...unsigned(offset)]
const MULTIPLY = [0xfd, 0xe6, 0x01]
const ADD_FLOATS = [0xfd, 0xe4, 0x01]
const lane = (sum: number, of: number) => [...get(sum), 0xfd, 0x1f, of]
const ZERO = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]

/** multiply(end, out, outStride): of the rows from 0 to `end`, into rows at `out`. */
function moduleFor(stride: number): Uint8Array {
  const sums = Array.from({ length: ROWS * COLUMNS }, (_, i) => SUMS + i)
  const tile = [
    ...sums.flatMap(sum => [...ZERO, ...set(sum)]),
    ...[...get(A), ...set(P), ...get(B), ...set(Q), ...get(A), ...int(stride), ADD, ...set(STOP)],
    ...whileBelow(
      P,
      STOP,
      ...rowsOf(ROWS).flatMap(row => [...get(P), ...loadFloats(row * stride), ...set(X + row)]),
      ...rowsOf(COLUMNS).flatMap(column => [
        ...[...get(Q), ...loadFloats(column * stride), ...set(X + ROWS)],
        ...rowsOf(ROWS).flatMap(row => {
          const sum = SUMS + row * COLUMNS + column
          return [...get(sum), ...get(X + row), ...get(X + ROWS), ...MULTIPLY, ...ADD_FLOATS, ...set(sum)]
        }),
      ]),
      ...raise(P, ...int(16)),
      ...raise(Q, ...int(16)),
    ),
    ...[...get(O), ...set(P)],
    ...rowsOf(ROWS).flatMap(row => [
      ...rowsOf(COLUMNS).flatMap(column => {
        const sum = SUMS + row * COLUMNS + column
        return [...get(P), ...lane(sum, 0), ...[1, 2, 3].flatMap(of => [...lane(sum, of), 0x92]), 0x38, 2, 4 * column]
      }),
      ...raise(P, ...get(OUT_STRIDE)),
    ]),
  ]
  const code = [
    ...whileBelow(
      A,
      END,
      ...[...get(A), ...set(B), ...get(OUT), ...set(O)],
      ...whileBelow(B, END, ...tile, ...raise(B, ...int(COLUMNS * stride)), ...raise(O, ...int(4 * COLUMNS))),
      ...raise(A, ...int(ROWS * stride)),
      ...raise(OUT, ...get(OUT_STRIDE), ...get(OUT_STRIDE), ADD, ...int(4 * ROWS), ADD),
    ),
    0x0b,
  ]
  const body = [2, ADDRESSES, 0x7f, ROWS + 1 + sums.length, 0x7b, ...code]
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0),
    ...section(3, 1, 0),
    ...section(5, 1, 0, 1),
    ...section(7, 2, ...name('memory'), 2, 0, ...name('multiply'), 0, 0),
    ...section(10, 1, ...unsigned(body.length), ...body),
  ])
}

const rowsOf = (count: number) => [...new Array<number>(count).keys()]

const section = (id: number, ...content: number[]) => [id, ...unsigned(content.length), ...content]

/** LEB128. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}

function signed(value: number): number[] {
  return value < 64 ? [value] : [(value & 127) | 128, ...signed(value >> 7)]
}
