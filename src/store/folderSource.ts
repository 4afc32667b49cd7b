import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RerankError } from '../errors.js'
import type { ModelSource } from './source.js'

/** A model folder on disk, in Node. */
export class FolderSource implements ModelSource {
  constructor(readonly name: string) {}

  async read(
    path: string,
    { signal, onBytes, bytes }: { signal?: AbortSignal; onBytes?: (count: number) => void; bytes?: number },
  ): Promise<Uint8Array> {
    const file = join(this.name, path)
    let size: number
    try {
      size = (await stat(file)).size
    } catch (cause) {
      throw new RerankError('model-not-found', `${file} does not exist.`, { cause })
    }
    if (bytes !== undefined && size !== bytes) {
      throw new RerankError('download-failed', `${file} has ${size} bytes; the manifest names ${bytes}.`, {
        remedy: 'Copy or convert the model folder again.',
      })
    }
    const all = new Uint8Array(size)
    let offset = 0
    for await (const chunk of createReadStream(file, { signal, highWaterMark: 1 << 20 })) {
      all.set(chunk as Uint8Array, offset)
      offset += (chunk as Uint8Array).length
      onBytes?.((chunk as Uint8Array).length)
    }
    return all
  }
}
