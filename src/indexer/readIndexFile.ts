import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type IndexedFile, partsOf } from '../search/indexManifest.js'

/** Reads a file of an index, its parts put together. @param unpack of each part */
export async function readIndexFile(
  folder: string,
  file: IndexedFile,
  unpack: (part: Uint8Array) => Uint8Array = part => part,
): Promise<Uint8Array> {
  return Buffer.concat(
    await Promise.all(partsOf(file).map(async ({ path }) => unpack(await readFile(join(folder, path))))),
  )
}
