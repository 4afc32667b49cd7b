import { appendFile, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256 } from '../util/sha256.js'

const FILE = 'unfinished.bin'
const HASH_BYTES = 32

/**
 * Keeps the codes made so far, so that an interrupted run can continue. The file holds the hash of the model, then
 * records of a text's hash and its code. It is removed once the index is written.
 */
export class EmbeddingProgressFile {
  readonly #path: string
  readonly #codes: ReadonlyMap<string, Uint8Array>

  private constructor(path: string, codes: ReadonlyMap<string, Uint8Array>) {
    this.#path = path
    this.#codes = codes
  }

  /** @param model SHA-256, as hex. @param bytes of one code */
  static async open(folder: string, model: string, bytes: number): Promise<EmbeddingProgressFile> {
    const path = join(folder, FILE)
    const codes = new Map<string, Uint8Array>()
    const kept = await readFile(path).catch(() => undefined)
    if (kept?.subarray(0, HASH_BYTES).toString('hex') === model) {
      const record = HASH_BYTES + bytes
      for (let at = HASH_BYTES; at + record <= kept.length; at += record) {
        codes.set(kept.toString('hex', at, at + HASH_BYTES), kept.subarray(at + HASH_BYTES, at + record))
      }
      // A truncated record would shift those that follow.
      const whole = kept.length - ((kept.length - HASH_BYTES) % record)
      if (whole !== kept.length) await rewrite(path, kept.subarray(0, whole))
    } else {
      await mkdir(folder, { recursive: true })
      await rewrite(path, Buffer.from(model, 'hex'))
    }
    return new EmbeddingProgressFile(path, codes)
  }

  async code(text: string): Promise<Uint8Array | undefined> {
    return this.#codes.size === 0 ? undefined : this.#codes.get(await hashOf(text))
  }

  async keep(texts: readonly string[], codes: readonly Uint8Array[]): Promise<void> {
    const records = await Promise.all(texts.map(async (text, i) => [Buffer.from(await hashOf(text), 'hex'), codes[i]!]))
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
