import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Section } from '../../src/api/search.js'
import { INDEX_FILE, type IndexedFile, type IndexManifest, partsOf } from '../../src/search/indexManifest.js'
import { SearchIndex } from '../../src/search/searchIndex.js'

export interface OpenIndex {
  index: SearchIndex
  sections: Section[]
}

/** Reads the index in a folder, with its embeddings and token codes if it has any. */
export function readIndex(folder: string): OpenIndex {
  const manifest: IndexManifest = JSON.parse(readFileSync(join(folder, INDEX_FILE), 'utf8'))
  const index = new SearchIndex(manifest, Buffer.concat(partsIn(folder, manifest.words).map(part => gunzipSync(part))))
  if (manifest.embeddings) index.addEmbeddings(Buffer.concat(partsIn(folder, manifest.embeddings)))
  if (manifest.tokens) index.addTokenCodes(Buffer.concat(partsIn(folder, manifest.tokens)))
  return { index, sections: Array.from({ length: manifest.sections }, (_, id) => index.section(id)!) }
}

/** The parts of a file of an index, as they are stored. */
export function partsIn(folder: string, file: IndexedFile): Buffer[] {
  return partsOf(file).map(({ path }) => readFileSync(join(folder, path)))
}
