import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { modelError } from '../api/modelErrors.js'
import { MANIFEST_FILE, type ModelFile } from '../model/manifest.js'
import { type ModelSource, type ReadOptions, verifyFile } from './modelSource.js'

/** A model folder on disk, in Node. */
export class FolderSource implements ModelSource {
  constructor(readonly name: string) {}

  async readManifest({ signal }: ReadOptions): Promise<Uint8Array> {
    const path = join(this.name, MANIFEST_FILE)
    await sizeOf(path)
    return readFile(path, signal ? { signal } : {})
  }

  async readFile(file: ModelFile, { signal, onBytes }: ReadOptions): Promise<Uint8Array> {
    const path = join(this.name, file.path)
    const size = await sizeOf(path)
    if (size !== file.bytes) {
      throw modelError('download-failed', `${path} has ${size} bytes; the manifest names ${file.bytes}.`, {
        remedy: 'Copy or convert the model folder again.',
      })
    }
    const bytes = new Uint8Array(size)
    let offset = 0
    for await (const piece of createReadStream(path, { signal, highWaterMark: 1 << 20 })) {
      bytes.set(piece as Uint8Array, offset)
      offset += (piece as Uint8Array).length
      onBytes?.(offset)
    }
    await verifyFile(file, bytes)
    return bytes
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (cause) {
    throw modelError('model-not-found', `${path} does not exist.`, { cause })
  }
}
