import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { indexError } from '../api/indexErrors.js'
import { sha256 } from '../util/sha256.js'
import { INDEX_FILE, type IndexedFile, partsOf, type StoredFile } from './indexManifest.js'

/**
 * In Node, reads a file of an index, its parts put together, and checks each part against the manifest's hash.
 * @param unpack of each part
 * @throws RerankError `index-not-found`, `hash-mismatch`
 */
export async function readIndexFile(
  folder: string,
  file: IndexedFile,
  unpack: (part: Uint8Array) => Uint8Array | Promise<Uint8Array> = part => part,
): Promise<Uint8Array> {
  const readPart = async ({ path, sha256: expected }: StoredFile) => {
    const name = join(folder, path)
    const bytes = await readFile(name).catch(cause => {
      throw indexError('index-not-found', `${name} cannot be read.`, { cause })
    })
    if ((await sha256(bytes)) === expected) return unpack(bytes)
    throw indexError('hash-mismatch', `${name} is not the file that ${INDEX_FILE} names.`)
  }
  return Buffer.concat(await Promise.all(partsOf(file).map(readPart)))
}
