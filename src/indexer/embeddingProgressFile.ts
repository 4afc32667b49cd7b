import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../util/sha256.js'
import type { TextCodes } from './textCodes.js'

const FILE = 'unfinished.bin'
const HASH_BYTES = 32

/**
 * Keeps the codes made so far, so that an interrupted run can continue. The file holds a hash of what made them, the
 * mean that token codes leave out, and then records: a text's hash, the code of its embedding, the number of its token
 * codes, and these. It is removed once the index is written.
 */
export class EmbeddingProgressFile {
  readonly mean: Float32Array | undefined
  readonly #path: string
  readonly #codes: ReadonlyMap<string, TextCodes>

  private constructor(path: string, mean: Float32Array | undefined, codes: ReadonlyMap<string, TextCodes>) {
    this.#path = path
    this.mean = mean
    this.#codes = codes
  }

  /**
   * @param key what made the codes, as text: other codes are not taken for these
   * @param width of the embeddings
   * @param hasMean whether codes of tokens are made
   * @param previousMean that other reused codes leave out: codes without another one are not taken for these either
   */
  static async open(
    folder: string,
    key: string,
    width: number,
    hasMean: boolean,
    previousMean?: Float32Array,
  ): Promise<EmbeddingProgressFile> {
    const path = join(folder, FILE)
    const hash = await hashOf(key)
    const kept = await readFile(path).catch(() => undefined)
    const start = HASH_BYTES + (hasMean ? 4 * width : 0)
    const fits = kept !== undefined && kept.length >= start && kept.toString('hex', 0, HASH_BYTES) === hash
    const mean =
      fits && hasMean ? new Float32Array(Uint8Array.from(kept.subarray(HASH_BYTES, start)).buffer) : undefined
    if (!fits || (previousMean && mean?.some((value, k) => value !== previousMean[k]))) {
      await mkdir(folder, { recursive: true })
      await rewrite(path, Buffer.from(hash, 'hex'))
      return new EmbeddingProgressFile(path, undefined, new Map())
    }
    const codes = new Map<string, TextCodes>()
    const bytes = width / 8
    const fixed = HASH_BYTES + bytes + 1
    let at = start
    while (at + fixed <= kept.length) {
      const end = at + fixed + kept[at + fixed - 1]! * bytes
      if (end > kept.length) break
      codes.set(kept.toString('hex', at, at + HASH_BYTES), {
        code: kept.subarray(at + HASH_BYTES, at + HASH_BYTES + bytes),
        tokens: kept.subarray(at + fixed, end),
      })
      at = end
    }
    // A truncated record would shift those that follow.
    if (at !== kept.length) await rewrite(path, kept.subarray(0, at))
    return new EmbeddingProgressFile(path, mean, codes)
  }

  async codes(text: string): Promise<TextCodes | undefined> {
    return this.#codes.size === 0 ? undefined : this.#codes.get(await hashOf(text))
  }

  /** Before any codes. */
  async keepMean(mean: Float32Array): Promise<void> {
    await appendFile(this.#path, Buffer.from(mean.buffer, mean.byteOffset, mean.byteLength))
  }

  async keep(texts: readonly string[], codes: readonly TextCodes[]): Promise<void> {
    const records = await Promise.all(
      texts.map(async (text, i) => {
        const { code, tokens } = codes[i]!
        return [Buffer.from(await hashOf(text), 'hex'), code, Uint8Array.of(tokens.length / code.length), tokens]
      }),
    )
    await appendFile(this.#path, Buffer.concat(records.flat()))
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true })
  }
}

async function rewrite(path: string, content: Uint8Array): Promise<void> {
  await rm(path, { force: true })
  await appendFile(path, content)
}

function hashOf(text: string): Promise<string> {
  return sha256(new TextEncoder().encode(text))
}
