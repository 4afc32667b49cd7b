import { RerankError } from '../api/errors.js'
import { WardLinkage } from '../util/wardLinkage.js'
import type { Embedding, TokenVectors } from './embedding.js'

/** Tokens of a text that share a code, on average. With four, as in an index, a fused order loses .003 of nDCG@10. */
const TOKENS_A_CODE = 2

/** `MVPc` and the version of the layout. */
const MAGIC = [0x4d, 0x56, 0x50, 0x63, 1]
const HASH_BYTES = 32

/**
 * What cosine and late interaction need of a text, in about 24 bytes a token. Tokens that point in nearly one direction
 * form a cluster, and a code is the signs of a cluster's sum. The layout:
 * - `MAGIC`
 * - SHA-256 of the model's weights
 * - width, then number of codes, 16 bits each, little-endian
 * - the embedding in 8 bits, [width]
 * - the codes, [code, width / 8]; bit `i % 8` of byte `i >> 3` says whether number `i` is above zero
 */
export class PassageCoder {
  readonly #head: Uint8Array
  readonly #width: number
  /** Of a code. */
  readonly #bytes: number

  /** @param weights SHA-256 in hex */
  constructor(weights: string, width: number) {
    this.#head = Uint8Array.from([
      ...MAGIC,
      ...Array.from({ length: HASH_BYTES }, (_, i) => Number.parseInt(weights.slice(2 * i, 2 * i + 2), 16)),
      width & 255,
      width >> 8,
    ])
    this.#width = width
    this.#bytes = Math.ceil(width / 8)
  }

  /** @param embedding with its tokens */
  encode({ vector, tokens }: Embedding): Uint8Array {
    const sums = this.#clusterSums(tokens!)
    const count = sums.length / this.#width
    const at = this.#head.length + 2
    const codes = new Uint8Array(at + this.#width + count * this.#bytes)
    codes.set(this.#head)
    codes.set([count & 255, count >> 8], at - 2)
    const most = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1
    const begin = at + this.#width
    for (let k = 0; k < this.#width; k++) {
      codes[at + k] = Math.round((vector[k]! / most) * 127)
      for (let code = 0; code < count; code++) {
        if (sums[code * this.#width + k]! > 0) codes[begin + code * this.#bytes + (k >> 3)]! |= 1 << (k & 7)
      }
    }
    return codes
  }

  /**
   * @param index of the passage
   * @throws RerankError `bad-vector` for codes of other weights, and for what is no codes
   */
  decode(codes: Uint8Array, index: number): Embedding {
    const at = this.#head.length + 2
    const begin = at + this.#width
    const count = codes[at - 2]! | (codes[at - 1]! << 8)
    if (!MAGIC.every((byte, i) => codes[i] === byte)) throw badCodes('are not from `encode`', index)
    if (!this.#head.every((byte, i) => codes[i] === byte)) throw badCodes('are from other weights', index)
    if (count === 0 || codes.length !== begin + count * this.#bytes) throw badCodes('are cut off or damaged', index)
    const values = new Int8Array(count * this.#width)
    for (let code = 0, to = 0; code < count; code++) {
      const from = begin + code * this.#bytes
      for (let k = 0; k < this.#width; k++) values[to++] = (codes[from + (k >> 3)]! >> (k & 7)) & 1 ? 1 : -1
    }
    return {
      vector: Float32Array.from(new Int8Array(codes.buffer, codes.byteOffset + at, this.#width)),
      // The mean of |x| over a normal distribution is √(2/π): so scaled, products with signs estimate the cosines.
      tokens: { values, scales: new Float32Array(count).fill(Math.sqrt(Math.PI / 2 / this.#width)) },
    }
  }

  /** The sums of the tokens of each cluster, [cluster, width]. */
  #clusterSums({ values, scales }: TokenVectors): Float32Array {
    const width = this.#width
    const rows = Float32Array.from(values, (value, i) => value * scales[Math.floor(i / width)]!)
    const wanted = Math.ceil(scales.length / TOKENS_A_CODE)
    const clusters = new WardLinkage(rows, scales.length).clusters(wanted)
    const sums = new Float32Array(wanted * width)
    clusters.forEach((cluster, token) => {
      for (let k = 0; k < width; k++) sums[cluster * width + k]! += rows[token * width + k]!
    })
    return sums
  }
}

function badCodes(what: string, index: number): RerankError {
  return new RerankError('bad-vector', `The codes in \`tokens\` of passage ${index} ${what}.`, {
    index,
    remedy: 'Make codes with `encode` of the same model.',
  })
}
