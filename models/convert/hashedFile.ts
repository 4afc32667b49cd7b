import { createHash, type Hash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { CHUNK_BYTES, type ModelFile } from '../../src/model/manifest.js'

/** Writes a file from front to back and hashes the whole and each chunk. */
export class HashedFile {
  readonly #descriptor: number
  readonly #whole = createHash('sha256')
  readonly #chunks: string[] = []
  #chunk: Hash = createHash('sha256')
  #inChunk = 0
  /** Bytes written so far. */
  bytes = 0

  readonly #path: string

  constructor(folder: string, path: string) {
    this.#path = path

    this.#descriptor = openSync(join(folder, path), 'wx')
  }

  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done)
    this.#whole.update(bytes)
    for (let rest = bytes; rest.length > 0; ) {
      const part = rest.subarray(0, CHUNK_BYTES - this.#inChunk)
      this.#chunk.update(part)
      this.#inChunk += part.length
      rest = rest.subarray(part.length)
      if (this.#inChunk === CHUNK_BYTES) this.#endChunk()
    }
    this.bytes += bytes.length
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  /** The file's entry for a manifest. Nothing can be written after this call. */
  summary(): ModelFile {
    if (this.#inChunk > 0) this.#endChunk()
    return { path: this.#path, bytes: this.bytes, sha256: this.#whole.digest('hex'), chunks: this.#chunks }
  }

  #endChunk(): void {
    this.#chunks.push(this.#chunk.digest('hex'))
    this.#chunk = createHash('sha256')
    this.#inChunk = 0
  }
}
